using Yyc3.Connectors.Sqlite;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.Testing.Conformance.Database;

namespace Yyc3.Connectors.Connectors.Tests.Sqlite;

public static class SqliteConformance
{
    public sealed class Manifest : ManifestTests<SqliteConnector>;

    public sealed class Values : DatabaseValueTests<SqliteSubject>;

    public sealed class Parameters : DatabaseParameterTests<SqliteSubject>;

    public sealed class Injection : DatabaseInjectionTests<SqliteSubject>;

    public sealed class ReadOnly : DatabaseReadOnlyTests<SqliteSubject>;

    public sealed class Execute : DatabaseExecuteTests<SqliteSubject>;

    public sealed class Errors : DatabaseErrorTests<SqliteSubject>;

    public sealed class Stop : DatabaseStopTests<SqliteSubject>;

    public sealed class Streams : DatabaseStreamTests<SqliteSubject>;

    public sealed class Concurrency : DatabaseConcurrencyTests<SqliteSubject>;
}
