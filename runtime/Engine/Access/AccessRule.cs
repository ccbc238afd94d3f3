using Google.Protobuf.Reflection;
using Yyc3.Connectors.Rpc.Options;

namespace Yyc3.Connectors.Runtime.Access;

/// <summary>Who may call an endpoint; stands in its metadata.</summary>
internal sealed record AccessRule(string Permission, bool IsAnonymous)
{
    /// <summary>The rule a method's options state; without one any valid key may call.</summary>
    public static AccessRule Of(MethodDescriptor method)
    {
        var rules = method.GetOptions()?.GetExtension(OptionsExtensions.Method);
        return new AccessRule(rules?.Permission ?? "", rules?.Anonymous ?? false);
    }
}
