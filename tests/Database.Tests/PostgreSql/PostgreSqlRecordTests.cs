using Yyc3.Connectors.Testing.Conformance.Sync;

namespace Yyc3.Connectors.Database.Tests.PostgreSql;

public static class PostgreSqlRecordTests
{
    public sealed class Source : RecordSourceTests<PostgreSqlRecordSubject>;

    public sealed class Sink : RecordSinkTests<PostgreSqlRecordSubject>;
}
