using Yyc3.Connectors.TestServers;

[assembly: AssemblyFixture(typeof(StateServer))]
