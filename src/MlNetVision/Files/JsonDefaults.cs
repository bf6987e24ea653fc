using System.Reflection;
using System.Text.Json.Serialization.Metadata;

namespace MlNetVision.Files;

/// <summary>
/// Keeps the defaults of init-only members in source-generated JSON. The generated code sets all of them at once, in an object initializer,
/// so that a member which the text lacks would become zero or null. A type with defaults is created first, then set member by member.
/// </summary>
internal static class JsonDefaults
{
    /// <summary>A modifier of a generated context, for one type.</summary>
    /// <param name="create">Creates the object with its defaults; the text must state what is required, so any value serves for that.</param>
    public static Action<JsonTypeInfo> Of<T>(Func<T> create) where T : class => type =>
    {
        if (type is not JsonTypeInfo<T> known) return;
        known.CreateObject = create;
        // The generated code names each property, so trimming keeps it; it has no setter of its own for init-only ones.
        foreach (var property in known.Properties)
            if (property.AttributeProvider is PropertyInfo { SetMethod: not null } member) property.Set = member.SetValue;
    };

    /// <summary>A generated context with such modifiers.</summary>
    public static IJsonTypeInfoResolver With(this IJsonTypeInfoResolver types, IEnumerable<Action<JsonTypeInfo>> defaults) =>
        defaults.Aggregate(types, (resolver, modifier) => resolver.WithAddedModifier(modifier));
}
