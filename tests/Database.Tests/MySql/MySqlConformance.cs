using Yyc3.Connectors.MySql;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.Testing.Conformance.Database;

namespace Yyc3.Connectors.Database.Tests.MySql;

public static class MySqlConformance
{
    public sealed class Manifest : ManifestTests<MySqlConnector>;

    public sealed class Values : DatabaseValueTests<MySqlSubject>;

    public sealed class Parameters : DatabaseParameterTests<MySqlSubject>;

    public sealed class Injection : DatabaseInjectionTests<MySqlSubject>;

    public sealed class ReadOnly : DatabaseReadOnlyTests<MySqlSubject>;

    public sealed class Execute : DatabaseExecuteTests<MySqlSubject>;

    public sealed class Errors : DatabaseErrorTests<MySqlSubject>;

    public sealed class Stop : DatabaseStopTests<MySqlSubject>;

    public sealed class Streams : DatabaseStreamTests<MySqlSubject>;

    public sealed class Concurrency : DatabaseConcurrencyTests<MySqlSubject>;
}
