using Yyc3.Connectors.Runtime.Hosting;

namespace Yyc3.Connectors.Runtime.Tests.Hosting;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--HttpPort", "5090")]
    [InlineData("--httpport=5090", "--GRPCPORT", "0")]
    [InlineData("--Logging:LogLevel:Default", "Debug")]
    [InlineData("--ApiKey", "--a-key-that-begins-with-dashes")]
    [InlineData]
    public void Settings_pass(params string[] arguments) => CommandLine.Check(arguments);

    [Theory]
    [InlineData("--HtpPort is not a setting", "--HtpPort", "5090")]
    [InlineData("--urls is not a setting", "--urls=http://*:80")]
    [InlineData("--DataDir needs a value", "--HttpPort", "0", "--DataDir")]
    [InlineData("5090 is not understood", "5090")]
    [InlineData("-p is not understood", "-p", "5090")]
    public void What_would_be_passed_over_is_refused_by_name(string message, params string[] arguments)
    {
        var fault = Assert.Throws<RuntimeSettingsException>(() => CommandLine.Check(arguments));

        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_value_of_a_refused_argument_is_not_repeated()
    {
        var fault = Assert.Throws<RuntimeSettingsException>(() => CommandLine.Check(["--ApiKye=secret-0123456789"]));

        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_and_the_reference_name_the_same_settings()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Yyc3.Connectors.sln")))
        {
            folder = folder.Parent!;
        }

        var documented = File.ReadLines(Path.Combine(folder.FullName, "docs", "configuration.md"))
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('`')[1]);

        Assert.Equal(Setting.All.Select(setting => setting.Name.ToUpperInvariant()), documented);
        Assert.All(
            Setting.All,
            setting => Assert.Contains($"--{setting.Name} ", CommandLine.Help, StringComparison.Ordinal)
        );
    }
}
