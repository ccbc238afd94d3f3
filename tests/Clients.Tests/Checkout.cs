namespace Yyc3.Connectors.Clients.Tests;

/// <summary>Places in the checked-out tree, found from where this assembly was built to.</summary>
internal static class Checkout
{
    // artifacts/bin/<project>/<configuration>/
    private static readonly DirectoryInfo Output = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    public static string HostAssembly { get; } =
        Path.Combine(Output.Parent!.Parent!.FullName, "Yyc3.Connectors.Host", Output.Name, "Yyc3.Connectors.Host.dll");

    /// <summary>The folder of the clients' scripts and their npm packages.</summary>
    public static string Clients { get; } =
        Path.Combine(Output.Parent!.Parent!.Parent!.Parent!.FullName, "tests", "clients");
}
