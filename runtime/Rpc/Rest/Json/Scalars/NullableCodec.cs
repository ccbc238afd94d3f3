using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Rest.Json.Scalars;

/// <summary>The wrapper types (Int32Value …) of value types, which C# shows as nullables.</summary>
internal sealed class NullableCodec<T>(ValueCodec<T> inner) : ValueCodec<T?>
    where T : struct
{
    public override void Write(Utf8JsonWriter writer, T? value)
    {
        if (value is { } set)
        {
            inner.Write(writer, set);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    public override T? Read(ref JsonInput input) => inner.Read(ref input);

    public override T? Parse(string text) => inner.Parse(text);

    public override string Format(T? value) => value is { } set ? inner.Format(set) : "";
}
