using System.Globalization;
using System.Text.Json;
using Yyc3.Connectors.Rpc.Calls.Errors;

namespace Yyc3.Connectors.Rpc.Rest.Errors;

/// <summary>The member <c>error</c> of an answer.</summary>
internal static class ErrorBody
{
    private const string RetryAfter = "retryAfter";

    public static void Write(Utf8JsonWriter writer, RichStatus error, string requestId)
    {
        writer.WriteStartObject("error");
        writer.WriteString("code", error.Code);
        writer.WriteString("message", error.Message);
        writer.WriteStartObject("details");
        WriteText(writer, "field", error.Field);
        WriteText(writer, "reason", error.Reason);
        if (error.Retryable is { } retryable)
        {
            writer.WriteBoolean("retryable", retryable);
        }

        if (RetrySeconds(error) is { } seconds)
        {
            writer.WriteNumber(RetryAfter, seconds);
        }

        foreach (var (name, value) in error.Details)
        {
            if (name is not (RetryAfter or "requestId"))
            {
                writer.WriteString(name, value);
            }
        }

        writer.WriteString("requestId", requestId);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    public static double? RetrySeconds(RichStatus error) =>
        error.RetryDelay is { } delay ? delay.TotalSeconds
        : error.Details.TryGetValue(RetryAfter, out var text)
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
        && double.IsFinite(seconds)
            ? seconds
        : null;

    private static void WriteText(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }
}
