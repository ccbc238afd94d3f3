using System.Reflection;

namespace Yyc3.Connectors.EndToEnd.Tests.Running;

/// <summary>Drops a built test plugin into a host's folder as a user does: copied beside, then renamed into place.</summary>
internal static class TestPlugin
{
    private static readonly string Built = typeof(TestPlugin)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "TestPlugins")
        .Value!;

    public static void Install(HostProcess host, string id, string version)
    {
        var plugins = Path.Combine(host.DataDirectory, "plugins");
        var copy = Path.Combine(plugins, ".incoming");
        var source = Path.Combine(Built, id, version);
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            System.IO.File.Copy(file, target);
        }

        Directory.CreateDirectory(Path.Combine(plugins, id));
        Directory.Move(copy, Path.Combine(plugins, id, version));
    }
}
