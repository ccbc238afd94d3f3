using Yyc3.Connectors.Testing.Conformance.Sync;

namespace Yyc3.Connectors.Connectors.Tests.LocalFs;

public static class LocalFsRecordTests
{
    public sealed class Source : RecordSourceTests<LocalFsRecordSubject>;

    public sealed class Sink : RecordSinkTests<LocalFsRecordSubject>;

    public sealed class Objects : ObjectRecordTests<LocalFsRecordSubject>;
}
