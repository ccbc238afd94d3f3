using Yyc3.Connectors.Testing.Conformance.Sync;

namespace Yyc3.Connectors.Database.Tests.MongoDb.Records;

public static class MongoRecordConformance
{
    public sealed class Source : RecordSourceTests<MongoRecordSubject>;

    public sealed class Sink : RecordSinkTests<MongoRecordSubject>;
}
