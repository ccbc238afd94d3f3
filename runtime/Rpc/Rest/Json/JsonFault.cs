using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Rest.Json;

/// <summary>Turns what reading throws into one kind of exception that names field and reason.</summary>
internal static class JsonFault
{
    public static string ReasonOf(Exception fault) =>
        fault switch
        {
            JsonReadException known => known.Reason,
            JsonException => "is not valid JSON",
            _ => "is not valid Unicode text",
        };

    public static JsonReadException Describe(Exception fault, ref JsonInput input, string prefix)
    {
        var offset = (fault as JsonReadException)?.Offset ?? input.Reader.TokenStartIndex;
        if (fault is not JsonException syntax)
        {
            return new(Join(prefix, JsonPath.Locate(input.Text, offset)), ReasonOf(fault), malformed: false);
        }

        var path = Join(prefix, JsonPath.Locate(input.Text, long.MaxValue));
        return IsTooDeep(ref input)
            ? new(path, $"is nested deeper than {JsonInput.MaxDepth} levels", malformed: false)
            : new(
                path,
                $"is not valid JSON at line {syntax.LineNumber + 1}, byte {syntax.BytePositionInLine + 1}",
                malformed: true
            );
    }

    public static string Join(string prefix, string path) =>
        prefix.Length == 0 || path.Length == 0 ? prefix + path
        : path[0] == '[' ? prefix + path
        : $"{prefix}.{path}";

    private static bool IsTooDeep(ref JsonInput input)
    {
        var rest = input.Text[(int)input.Reader.BytesConsumed..].TrimStart(", \t\r\n"u8);
        return input.Reader.CurrentDepth >= JsonInput.MaxDepth && rest.Length > 0 && rest[0] is (byte)'{' or (byte)'[';
    }
}
