using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.Loader;
using Microsoft.Extensions.Logging;

namespace Yyc3.Connectors.Runtime.Plugins;

/// <summary>
/// Keeps the process alive when a thread or a timer that a plugin started dies of an exception. What cannot be contained in process
/// (stack overflow, exhausted memory, native crashes) is not.
/// </summary>
internal static partial class PluginCrashGuard
{
    private static ILogger? _logger;

    /// <summary>Installs the guard once per process; later calls only change where it logs.</summary>
    public static void Install(ILogger logger)
    {
        if (Interlocked.Exchange(ref _logger, logger) is null)
        {
            ExceptionHandling.SetUnhandledExceptionHandler(Handle);
        }
    }

    private static bool Handle(Exception exception)
    {
        // The last frame is the framework's own thread start, so any frame counts.
        var plugin = WithInner(exception)
            .SelectMany(fault => new StackTrace(fault).GetFrames())
            .Select(frame => DiagnosticMethodInfo.Create(frame) is null ? null : frame.GetMethod())
            .Select(method => method is null ? null : AssemblyLoadContext.GetLoadContext(method.Module.Assembly))
            .OfType<PluginLoadContext>()
            .FirstOrDefault();
        if (plugin is null)
        {
            return false;
        }

        LogCrash(_logger!, exception, plugin.Name ?? "");
        return true;
    }

    /// <summary>What a token's callbacks throw comes gathered in one exception of the framework's.</summary>
    private static IEnumerable<Exception> WithInner(Exception exception) =>
        exception is AggregateException many ? many.InnerExceptions.SelectMany(WithInner).Prepend(many)
        : exception.InnerException is { } inner ? WithInner(inner).Prepend(exception)
        : [exception];

    [LoggerMessage(1, LogLevel.Error, "A thread of the plugin {Plugin} died of an exception.")]
    private static partial void LogCrash(ILogger logger, Exception exception, string plugin);
}
