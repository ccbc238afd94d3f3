namespace Yyc3.Connectors.Rpc.Rest.Json.Members;

/// <summary>Typed delegates to the properties of generated messages.</summary>
internal static class Property
{
    public static Func<TMessage, T> Getter<TMessage, T>(string name) =>
        typeof(TMessage).GetProperty(name)!.GetMethod!.CreateDelegate<Func<TMessage, T>>();

    public static Action<TMessage, T> Setter<TMessage, T>(string name) =>
        typeof(TMessage).GetProperty(name)!.SetMethod!.CreateDelegate<Action<TMessage, T>>();

    public static Func<TMessage, bool>? HasGetter<TMessage>(string name) =>
        typeof(TMessage).GetProperty(name, typeof(bool))?.GetMethod?.CreateDelegate<Func<TMessage, bool>>();
}
