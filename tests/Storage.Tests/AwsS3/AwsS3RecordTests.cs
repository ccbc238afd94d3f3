using Yyc3.Connectors.Testing.Conformance.Sync;

namespace Yyc3.Connectors.Storage.Tests.AwsS3;

public static class AwsS3RecordTests
{
    public sealed class Source : RecordSourceTests<AwsS3RecordSubject>;

    public sealed class Sink : RecordSinkTests<AwsS3RecordSubject>;

    public sealed class Objects : ObjectRecordTests<AwsS3RecordSubject>;
}
