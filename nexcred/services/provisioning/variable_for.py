"""Which variable a value of a credential is set as, decided here for `run`, `export` and Python alike."""

from nexcred.connectors.load.fast_reader import QuickField
from nexcred.errors import InvalidData, Problem
from nexcred.model.credential import Credential
from nexcred.model.run_variables import may_be_declared
from nexcred.model.variable_name import derived_name, prefixed_name


def variable_for(credential: Credential, field: QuickField, declared: str) -> str:
    """Return the variable that is declared for the field, or else one named after the credential and the field.

    A connector declares it, or `with_own_variables` for a field whose name this person chose. What a person chooses by
    `--env` or a project file does not come here.
    """
    if declared:
        refuse_run(credential, declared)
        return declared
    return (prefixed_name if field.free else derived_name)(credential.name, field.name)


def refuse_run(credential: Credential, declared: str) -> None:
    """Raise InvalidData for a variable by which programs run something: no connector that was checked declares one."""
    if not may_be_declared(declared):
        problem = "is one by which programs run or load something"
        raise InvalidData(
            f"'{credential.name}' would set {declared}, which {problem}",
            hint=f"if that is what you want: nexcred run --env {declared}=NAME/FIELD",
            problems=(Problem(declared, problem),),
        )
