using System.Globalization;
using System.Reflection;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Architecture.Tests;

/// <summary>The SDK's public surface is a reviewed text file: a change of it shows in a review, not in a plugin.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void Sdk_surface_matches_its_reviewed_list()
    {
        var list = Path.Combine(Repository.Root, "sdk/Sdk/PublicApi.txt");
        var surface = Describe(typeof(IConnector).Assembly);
        if (string.Equals(Environment.GetEnvironmentVariable("ACCEPT_API"), "1", StringComparison.Ordinal))
        {
            File.WriteAllText(list, surface);
        }

        Assert.Equal(File.ReadAllText(list), surface, ignoreLineEndingDifferences: true);
    }

    private static string Describe(Assembly assembly)
    {
        var lines =
            from type in assembly.GetExportedTypes()
            from member in type.GetMembers(
                    BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly
                )
                .Select(member => member.ToString())
                .Append("")
            let line = string.Create(CultureInfo.InvariantCulture, $"{type.FullName}: {member}")
            where !line.Contains('<', StringComparison.Ordinal)
            select line.TrimEnd() + "\n";
        return string.Concat(lines.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }
}
