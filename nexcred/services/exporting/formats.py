"""Every format, once."""

from nexcred.services.exporting.aws_profile import write_aws_profile
from nexcred.services.exporting.dbt_profile import write_dbt_profile
from nexcred.services.exporting.documents import write_json, write_yaml
from nexcred.services.exporting.dotenv import write_dotenv
from nexcred.services.exporting.exported import Format
from nexcred.services.exporting.fish import write_fish
from nexcred.services.exporting.github_actions import write_environment
from nexcred.services.exporting.my_cnf import write_my_cnf
from nexcred.services.exporting.nexla import OPENAPI, SEED, write_openapi_names, write_seed_names
from nexcred.services.exporting.pg_service import write_pg_service
from nexcred.services.exporting.pgpass import write_pgpass
from nexcred.services.exporting.powershell import write_powershell
from nexcred.services.exporting.shell import write_shell

GITHUB_ACTIONS, NEXLA = "gha", "nexla"
FORMATS = {
    "env": Format("variables for sh, bash, dash and zsh", write_shell, names_files=True),
    "fish": Format("variables for fish", write_fish, names_files=True),
    "powershell": Format("variables for PowerShell", write_powershell, names_files=True),
    "dotenv": Format("a .env file", write_dotenv, names_files=True, only_sets=True),
    GITHUB_ACTIONS: Format(
        "variables for later steps of GitHub Actions, masked in its log",
        write_environment,
        names_files=True,
        only_sets=True,
    ),
    "json": Format("every field, by credential", write_json),
    "yaml": Format("every field, by credential", write_yaml),
    NEXLA: Format("the body of Nexla's POST /data_credentials", write_seed_names),
    "pgpass": Format("PostgreSQL's password file", write_pgpass),
    "pg_service": Format("PostgreSQL's connection service file", write_pg_service, names_files=True),
    "my.cnf": Format("an option file of MySQL and MariaDB", write_my_cnf, names_files=True),
    "aws": Format("profiles for ~/.aws/credentials", write_aws_profile),
    "dbt": Format("profiles.yml of dbt", write_dbt_profile, names_files=True),
}
# By the names that the values of Nexla's body have.
NEXLA_NAMES = {SEED: write_seed_names, OPENAPI: write_openapi_names}
