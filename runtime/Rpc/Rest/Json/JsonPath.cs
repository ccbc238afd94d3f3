using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Rest.Json;

/// <summary>Names the place of a fault. Reads the text again, so that reading without faults keeps no path.</summary>
internal static class JsonPath
{
    public static string Locate(ReadOnlySpan<byte> text, long offset)
    {
        var steps = new Stack<Step>();
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = JsonInput.MaxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                {
                    if (reader.TokenStartIndex >= offset)
                    {
                        break;
                    }

                    steps.Pop();
                    continue;
                }

                Enter(steps, ref reader);
                if (reader.TokenStartIndex >= offset)
                {
                    break;
                }

                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    steps.Push(new Step { IsList = reader.TokenType == JsonTokenType.StartArray });
                }
            }
        }
        catch (JsonException)
        {
            // The fault is here; the steps so far lead to it.
        }

        return Text(steps);
    }

    private static void Enter(Stack<Step> steps, ref Utf8JsonReader reader)
    {
        if (!steps.TryPeek(out var step))
        {
            return;
        }

        if (step.IsList)
        {
            step.Index++;
        }
        else if (reader.TokenType == JsonTokenType.PropertyName)
        {
            step.Name = Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    private static string Text(Stack<Step> steps)
    {
        var path = new StringBuilder();
        foreach (var step in steps.Reverse())
        {
            if (step.IsList)
            {
                if (step.Index >= 0)
                {
                    path.Append('[').Append(step.Index.ToString(CultureInfo.InvariantCulture)).Append(']');
                }
            }
            else if (step.Name is not null)
            {
                path.Append(path.Length > 0 ? "." : "").Append(step.Name);
            }
        }

        return path.ToString();
    }

    private sealed class Step
    {
        public bool IsList { get; init; }

        public int Index { get; set; } = -1;

        public string? Name { get; set; }
    }
}
