using Yyc3.Connectors.Testing.Conformance.Sync;

namespace Yyc3.Connectors.Storage.Tests.Gcs;

public static class GcsRecordTests
{
    public sealed class Source : RecordSourceTests<GcsRecordSubject>;

    public sealed class Sink : RecordSinkTests<GcsRecordSubject>;

    public sealed class Objects : ObjectRecordTests<GcsRecordSubject>;
}
