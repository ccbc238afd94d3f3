using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Rest.Json;

/// <summary>Writes and reads one kind of value, known by its descriptor only.</summary>
internal abstract class UntypedCodec
{
    /// <summary>A JSON null is a value of this kind, not an absent one.</summary>
    public virtual bool TakesNull => false;

    /// <summary>The members, when the value is an object with members of its own.</summary>
    public virtual MessagePlan? Plan => null;

    public abstract void WriteObject(Utf8JsonWriter writer, object value);

    public abstract object ReadObject(ref JsonInput input);
}
