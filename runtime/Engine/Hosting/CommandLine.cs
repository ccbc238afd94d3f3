using System.Reflection;

namespace Yyc3.Connectors.Runtime.Hosting;

/// <summary>What can be said to the host when it is started.</summary>
public static class CommandLine
{
    /// <summary>The text of <c>--help</c>.</summary>
    public static string Help { get; } =
        $"""
            Runs the connector runtime until it is stopped (Ctrl+C, SIGTERM).

            Settings: --Name value here, YYC3_NAME in the environment, or Name in appsettings.json.

            {string.Join(
                '\n',
                Setting.All.Select(setting => $"  --{setting.Name, -16} {setting.Meaning} [{setting.Fallback}]")
            )}

              --help             this text
              --version          the version

            Anything else of .NET's configuration is set as --Section:Name value, such as
              --Logging:LogLevel:Default Debug
            """;

    /// <summary>The runtime's version.</summary>
    public static string Version { get; } =
        typeof(CommandLine)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+')[0]
        ?? "";

    /// <summary>What is to be said instead of starting.</summary>
    /// <param name="arguments">Arguments of the program.</param>
    /// <returns>The help or the version if that is asked for, else null.</returns>
    public static string? Answer(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return arguments switch
        {
            ["--help" or "-h" or "-?" or "help", ..] => Help,
            ["--version", ..] => Version,
            _ => null,
        };
    }

    /// <summary>Refuses arguments that would be passed over in silence.</summary>
    /// <param name="arguments">Arguments of the program.</param>
    /// <exception cref="RuntimeSettingsException">One is no setting, or has no value.</exception>
    public static void Check(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        for (var index = 0; index < arguments.Count; index++)
        {
            var argument = arguments[index];
            if (!argument.StartsWith("--", StringComparison.Ordinal))
            {
                throw new RuntimeSettingsException(argument, "is not understood; --help tells what is");
            }

            var assignment = argument.IndexOf('=', StringComparison.Ordinal);
            var name = argument[2..(assignment < 0 ? argument.Length : assignment)];
            if (!IsSetting(name))
            {
                throw new RuntimeSettingsException("--" + name, "is not a setting; --help lists them");
            }

            if (assignment < 0 && ++index == arguments.Count)
            {
                throw new RuntimeSettingsException("--" + name, "needs a value");
            }
        }
    }

    private static bool IsSetting(string name) =>
        name.Contains(':', StringComparison.Ordinal)
        || Setting.All.Any(setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
