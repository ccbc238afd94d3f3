using Yyc3.Connectors.Testing.Conformance.Sync;

namespace Yyc3.Connectors.Connectors.Tests.Sqlite;

public static class SqliteRecordTests
{
    public sealed class Source : RecordSourceTests<SqliteRecordSubject>;

    public sealed class Sink : RecordSinkTests<SqliteRecordSubject>;
}
