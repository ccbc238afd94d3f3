using Yyc3.Connectors.Sdk.Manifests;

namespace Yyc3.Connectors.Architecture.Tests;

/// <summary>Every connector folder has what the rule book asks for.</summary>
public sealed class ConnectorTests
{
    private static readonly string[] TestFolders =
    [
        "Connectors.Tests",
        "Storage.Tests",
        "Database.Tests",
        "Messaging.Tests",
    ];

    public static TheoryData<string> Connectors =>
        [.. Repository.Projects("connectors").Select(project => Path.GetFileName(Path.GetDirectoryName(project)!))];

    [Theory, MemberData(nameof(Connectors))]
    public void Connector_has_a_manifest_that_can_be_read(string connector)
    {
        var manifest = Path.Combine(Repository.Root, "connectors", connector, "connector.json");
        Assert.Equal($"Yyc3.Connectors.{connector}.dll", ManifestReader.Read(File.ReadAllBytes(manifest)).Entry);
    }

    [Theory, MemberData(nameof(Connectors))]
    public void Connector_has_a_readme(string connector) =>
        Assert.True(File.Exists(Path.Combine(Repository.Root, "connectors", connector, "README.md")));

    [Theory, MemberData(nameof(Connectors))]
    public void Connector_has_the_files_that_every_connector_has(string connector)
    {
        var files = Repository.Sources("connectors/" + connector).Select(Path.GetFileName).ToList();
        Assert.All(
            [$"{connector}Connector.cs", $"{connector}Options.cs", $"{connector}Errors.cs"],
            file => Assert.Contains(file, files)
        );
    }

    [Theory, MemberData(nameof(Connectors))]
    public void Connector_runs_a_conformance_suite(string connector) =>
        Assert.Contains(
            TestFolders
                .Select(folder => $"tests/{folder}/{connector}")
                .Where(folder => Directory.Exists(Path.Combine(Repository.Root, folder)))
                .SelectMany(Repository.Sources),
            source => Repository.Imports(source).Contains("Yyc3.Connectors.Testing.Conformance", StringComparer.Ordinal)
        );
}
