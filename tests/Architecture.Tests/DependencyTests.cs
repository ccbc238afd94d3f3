namespace Yyc3.Connectors.Architecture.Tests;

/// <summary>The dependency rule: two literals, and the tests that hold the tree to them.</summary>
public sealed class DependencyTests
{
    /// <summary>Room → rooms it may reference. A room that is not listed may not exist.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["sdk/Sdk"] = [],
        ["sdk/Testing"] = ["sdk/Sdk"],
        ["runtime/Rpc/Core"] = [],
        ["runtime/Rpc/Options"] = [],
        ["runtime/Rpc/Calls"] = ["runtime/Rpc/Core", "runtime/Rpc/Options"],
        ["runtime/Rpc/Server"] = ["runtime/Rpc/Calls"],
        ["runtime/Rpc/Services"] = ["runtime/Rpc/Calls"],
        ["runtime/Rpc/Rest"] = ["runtime/Rpc/Calls", "runtime/Rpc/Options"],
        ["runtime/Contracts"] = ["runtime/Rpc/Core", "runtime/Rpc/Options"],
        ["runtime/Engine"] =
        [
            "runtime/Contracts",
            "runtime/Rpc/Calls",
            "runtime/Rpc/Rest",
            "runtime/Rpc/Server",
            "runtime/Rpc/Services",
            "sdk/Sdk",
        ],
        ["runtime/Host"] = ["runtime/Engine"],
    };

    /// <summary>Rooms of the engine from the ground up: a room may import any floor below its own.</summary>
    private static readonly string[][] Floors =
    [
        ["Faults", "Telemetry"],
        ["State", "Mapping"],
        ["Credentials", "Plugins", "Access", "Outbound"],
        ["Integrations", "Idempotency", "Delivery"],
        ["Storage", "Database", "Messaging", "Sync", "Alerts", "Webhooks", "Events", "Authorization", "Actions"],
        ["Hosting"],
    ];

    public static TheoryData<string> ProjectFiles =>
        [.. Repository.Projects("sdk").Concat(Repository.Projects("runtime")).Select(Repository.Relative)];

    public static TheoryData<string> ConnectorFiles =>
        [.. Repository.Projects("connectors").Select(Repository.Relative)];

    [Theory, MemberData(nameof(ProjectFiles))]
    public void Project_references_only_the_rooms_below_it(string project)
    {
        var room = Path.GetDirectoryName(project)!;
        Assert.Contains(room, Allowed.Keys);
        Assert.Subset(
            Allowed[room].ToHashSet(StringComparer.Ordinal),
            Repository.References(Path.Combine(Repository.Root, project)).ToHashSet(StringComparer.Ordinal)
        );
    }

    [Theory, MemberData(nameof(ConnectorFiles))]
    public void Connector_references_no_project_of_its_own_choosing(string project) =>
        // connectors/Directory.Build.props gives every connector the SDK and nothing else.
        Assert.Empty(Repository.References(Path.Combine(Repository.Root, project)));

    [Fact]
    public void Sdk_needs_no_package() =>
        Assert.All(Repository.Projects("sdk/Sdk"), project => Assert.Empty(Repository.Packages(project)));

    [Fact]
    public void Connectors_import_only_the_sdk_and_their_provider()
    {
        var connectors = Path.Combine(Repository.Root, "connectors");
        var strays =
            from source in Repository.Sources("connectors")
            let own = "Yyc3.Connectors." + Path.GetRelativePath(connectors, source).Split('/')[0]
            from import in Repository.Imports(source)
            where import.StartsWith("Yyc3.Connectors.", StringComparison.Ordinal)
            where !import.StartsWith("Yyc3.Connectors.Sdk", StringComparison.Ordinal)
            where !import.StartsWith(own, StringComparison.Ordinal)
            select $"{Repository.Relative(source)}: {import}";
        Assert.Empty(strays);
    }

    [Fact]
    public void Engine_rooms_import_only_lower_floors()
    {
        const string Engine = "Yyc3.Connectors.Runtime.";
        var root = Path.Combine(Repository.Root, "runtime/Engine");
        var strays =
            from source in Repository.Sources("runtime/Engine")
            let parts = Path.GetRelativePath(root, source).Split('/')
            where parts.Length > 1
            from import in Repository.Imports(source)
            where import.StartsWith(Engine, StringComparison.Ordinal)
            let room = import[Engine.Length..].Split('.')[0]
            where room != parts[0] && FloorOf(room) >= FloorOf(parts[0])
            select $"{parts[0]} must not import {room}: {Repository.Relative(source)}";
        Assert.Empty(strays);
    }

    [Fact]
    public void No_engine_file_lies_outside_a_room()
    {
        var root = Path.Combine(Repository.Root, "runtime/Engine");
        Assert.All(
            Repository.Sources("runtime/Engine"),
            source => Assert.Contains('/', Path.GetRelativePath(root, source))
        );
    }

    private static int FloorOf(string room)
    {
        var floor = Array.FindIndex(Floors, rooms => rooms.Contains(room, StringComparer.Ordinal));
        Assert.True(floor >= 0, $"The room '{room}' has no floor.");
        return floor;
    }
}
