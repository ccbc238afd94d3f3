using Yyc3.Connectors.Testing.Conformance.Sync;

namespace Yyc3.Connectors.Storage.Tests.AzureBlob;

public static class AzureBlobRecordTests
{
    public sealed class Source : RecordSourceTests<AzureBlobRecordSubject>;

    public sealed class Sink : RecordSinkTests<AzureBlobRecordSubject>;

    public sealed class Objects : ObjectRecordTests<AzureBlobRecordSubject>;

    public sealed class Snapshots : ObjectRecordTests<AzureBlobSnapshotRecordSubject>;
}
