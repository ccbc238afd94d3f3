using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Rest.Json;

/// <summary>Writes and reads one kind of value.</summary>
internal abstract class ValueCodec<T> : UntypedCodec
{
    public abstract void Write(Utf8JsonWriter writer, T value);

    /// <summary>Reads the current token, and through to the end of an object or list.</summary>
    public abstract T Read(ref JsonInput input);

    /// <summary>The value of a path segment, query parameter or header.</summary>
    public virtual T Parse(string text) => throw new JsonReadException("cannot be given as text");

    /// <summary>The value as a header.</summary>
    public virtual string Format(T value) => throw new InvalidOperationException("The value has no text form.");

    public virtual bool IsDefault(T value) => EqualityComparer<T>.Default.Equals(value, default!);

    public sealed override void WriteObject(Utf8JsonWriter writer, object value) => Write(writer, (T)value);

    public sealed override object ReadObject(ref JsonInput input) => Read(ref input)!;
}
