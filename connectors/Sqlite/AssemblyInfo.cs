using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sqlite;

[assembly: Connector(typeof(SqliteConnector))]
