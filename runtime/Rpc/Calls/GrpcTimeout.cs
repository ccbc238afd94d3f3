using System.Globalization;
using Yyc3.Connectors.Rpc.Calls.Errors;

namespace Yyc3.Connectors.Rpc.Calls;

/// <summary>The header grpc-timeout: up to eight digits and a unit.</summary>
internal static class GrpcTimeout
{
    public const string Header = "grpc-timeout";

    public static TimeSpan? Read(string? value, ErrorLanguage language)
    {
        if (string.IsNullOrEmpty(value))
        {
            return null;
        }
        if (
            value.Length is < 2 or > 9
            || !long.TryParse(
                value.AsSpan(0, value.Length - 1),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var n
            )
            || Ticks(value[^1], n) is not { } ticks
        )
        {
            throw RichStatus
                .Create(RpcErrors.InvalidRequest, language)
                .About(Header, "must be one to eight digits and one of H, M, S, m, u, n")
                .ToException();
        }
        return new TimeSpan(ticks);
    }

    private static long? Ticks(char unit, long count) =>
        unit switch
        {
            'H' => count * TimeSpan.TicksPerHour,
            'M' => count * TimeSpan.TicksPerMinute,
            'S' => count * TimeSpan.TicksPerSecond,
            'm' => count * TimeSpan.TicksPerMillisecond,
            'u' => count * TimeSpan.TicksPerMicrosecond,
            'n' => count / TimeSpan.NanosecondsPerTick,
            _ => null,
        };
}
