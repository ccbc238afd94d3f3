using System.Diagnostics.CodeAnalysis;

namespace Grpc.Core;

/// <summary>Stands on a generated service base class and names the static method that binds it.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false, Inherited = true)]
public class BindServiceMethodAttribute(
    [DynamicallyAccessedMembers(
        DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.NonPublicMethods
    )]
        Type bindType,
    string bindMethodName
) : Attribute
{
    [DynamicallyAccessedMembers(
        DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.NonPublicMethods
    )]
    public Type BindType { get; } = bindType;

    public string BindMethodName { get; } = bindMethodName;
}
