using Yyc3.Connectors.Testing.Conformance.Sync;

namespace Yyc3.Connectors.Database.Tests.Redis.Records;

public static class RedisRecordConformance
{
    public sealed class Source : RecordSourceTests<RedisRecordSubject>;

    public sealed class Sink : RecordSinkTests<RedisRecordSubject>;
}
