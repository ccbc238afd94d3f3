using Microsoft.Extensions.Logging.Console;

namespace Yyc3.Connectors.Host;

/// <summary>Logs on standard error: JSON with trace ids, or text with <c>YYC3_LOGFORMAT=text</c>.</summary>
internal static class RuntimeLogging
{
    public static void AddRuntimeLogging(this ILoggingBuilder logging, IConfiguration configuration)
    {
        logging.ClearProviders();
        logging.Configure(options =>
            options.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId
        );
        if (string.Equals(configuration["LogFormat"], "text", StringComparison.OrdinalIgnoreCase))
        {
            logging.AddSimpleConsole(options => options.SingleLine = true);
        }
        else
        {
            logging.AddJsonConsole(options =>
            {
                options.IncludeScopes = true;
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            });
        }

        logging.Services.Configure<ConsoleLoggerOptions>(console =>
            console.LogToStandardErrorThreshold = LogLevel.Trace
        );
    }
}
