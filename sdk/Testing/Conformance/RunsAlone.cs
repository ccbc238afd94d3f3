namespace Yyc3.Connectors.Testing.Conformance;

/// <summary>Collection of the suites that measure the process: nothing else runs beside them.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class RunsAlone;
