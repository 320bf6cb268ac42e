"""The types of credentials that Nexla knows, and what is missing here for those that no connector is for.

Source: `credentials_type` of nexla-sdk 1.0.8.
"""

TYPES = (
    *("as400", "aws_athena", "azure_blb", "azure_data_lake", "azure_synapse", "bigquery", "box", "cloudsql_mysql"),
    *("cloudsql_postgres", "cloudsql_sqlserver", "confluent_kafka", "databricks", "db2", "delta_lake_azure_blb"),
    *("delta_lake_azure_data_lake", "delta_lake_s3", "dropbox", "dynamodb", "firebase", "firebolt", "ftp"),
    *("gcp_alloydb", "gcp_spanner", "gcs", "gdrive", "google_pubsub", "hana_jdbc", "hive", "jms", "kafka"),
    *("min_io_s3", "mongo", "mysql", "netsuite_jdbc", "nexla_monitor", "oracle", "oracle_autonomous", "pinecone"),
    *("postgres", "redshift", "rest", "s3", "s3_iceberg", "sharepoint", "snowflake", "snowflake_dcr", "soap"),
    *("sqlserver", "sybase", "teradata", "tibco", "webdav"),
)

_NO_LOGIN = "nexcred cannot yet log in to {}"
_SERVICE_ACCOUNT = "nexcred proves a service account's key by Cloud Storage (gcs), BigQuery or Drive, not by {}"
_LAKE = "nexcred proves keys of Azure's Blob storage (azure-blob), not of its Data Lake"
_OF_REST = "it is an HTTP service at an address of your own: add it as rest, with method {}"

MISSING = {
    "as400": _NO_LOGIN.format("IBM i (AS/400)"),
    "azure_data_lake": _LAKE,
    "azure_synapse": _NO_LOGIN.format("SQL Server and Synapse"),
    "cloudsql_sqlserver": _NO_LOGIN.format("SQL Server"),
    "db2": _NO_LOGIN.format("Db2"),
    "delta_lake_azure_data_lake": _LAKE,
    "firebase": _SERVICE_ACCOUNT.format("Firebase"),
    "firebolt": _NO_LOGIN.format("Firebolt"),
    "ftp": _NO_LOGIN.format("FTP and SFTP"),
    "gcp_spanner": _SERVICE_ACCOUNT.format("Spanner"),
    "google_pubsub": _SERVICE_ACCOUNT.format("Pub/Sub"),
    "hana_jdbc": _NO_LOGIN.format("SAP HANA"),
    "hive": _NO_LOGIN.format("Hive"),
    "jms": _NO_LOGIN.format("message brokers by JMS"),
    "kafka": _NO_LOGIN.format("Kafka; of Confluent Cloud it knows the keys of its API (confluent)"),
    "mongo": _NO_LOGIN.format("MongoDB; of Atlas it knows the keys of its API (mongodb-atlas)"),
    "netsuite_jdbc": _NO_LOGIN.format("NetSuite's SuiteAnalytics Connect; its REST API is netsuite"),
    "nexla_monitor": "it is Nexla's own, and nobody enters it",
    "oracle": _NO_LOGIN.format("Oracle"),
    "oracle_autonomous": _NO_LOGIN.format("Oracle"),
    "soap": _OF_REST.format("basic or header"),
    "sqlserver": _NO_LOGIN.format("SQL Server"),
    "sybase": _NO_LOGIN.format("Sybase"),
    "teradata": _NO_LOGIN.format("Teradata"),
    "tibco": _NO_LOGIN.format("TIBCO's brokers"),
    "webdav": _OF_REST.format("basic or digest"),
}
