using System.Text.Json;

namespace MlNetVision.Detection;

/// <summary>Calls the code of heads, which may come from outside the library: whatever fails there is one error that names the head.</summary>
internal static class HeadCode
{
    /// <summary>The name of a head in messages: its format and its type.</summary>
    public static string NameOf(IDetectionHead head) => $"detection head '{head.Format}' ({head.GetType().Name})";

    /// <summary>Calls a method of a head that returns something.</summary>
    /// <param name="name">The name of the head in messages.</param>
    /// <param name="method">The name of the method in messages.</param>
    /// <param name="call">The call.</param>
    /// <exception cref="BadModelException">It fails, or returns null. Its own <see cref="BadModelException"/> is passed on.</exception>
    public static T Call<T>(string name, string method, Func<T?> call)
    {
        try
        {
            return call() ?? throw new BadModelException($"The {name} returns null from {method}.");
        }
        catch (Exception e) when (IsFault(e))
        {
            throw Failed(name, method, e);
        }
    }

    /// <summary>Calls a method of a head that returns nothing.</summary>
    /// <param name="name">The name of the head in messages.</param>
    /// <param name="method">The name of the method in messages.</param>
    /// <param name="call">The call.</param>
    /// <param name="readsJson">Whether its <see cref="JsonException"/> is passed on too: its word on the text. Default: no.</param>
    /// <exception cref="BadModelException">It fails. Its own <see cref="BadModelException"/> is passed on.</exception>
    public static void Run(string name, string method, Action call, bool readsJson = false)
    {
        try
        {
            call();
        }
        catch (Exception e) when (IsFault(e) && !(readsJson && e is JsonException))
        {
            throw Failed(name, method, e);
        }
    }

    /// <summary>Whether an exception is a fault of the head's code, and not its word on the model.</summary>
    public static bool IsFault(Exception e) => e is not (BadModelException or OutOfMemoryException);

    /// <summary>The error for a fault of a head's code.</summary>
    public static BadModelException Failed(string name, string method, Exception e) =>
        new($"The {name} fails in {method}: {e.GetType().Name}: {e.Message}", e);

    /// <summary>The JSON of a head.</summary>
    /// <exception cref="BadModelException">The head gives none; the message names it.</exception>
    public static string Json(IDetectionHead head)
    {
        var text = Call(NameOf(head), nameof(head.ToJson), head.ToJson);
        try
        {
            JsonDocument.Parse(text).Dispose();
            return text;
        }
        catch (JsonException e)
        {
            throw new BadModelException($"The {NameOf(head)} returns no JSON from {nameof(head.ToJson)}: {e.Message}", e);
        }
    }

    /// <summary>Checks what all that uses a head relies on.</summary>
    /// <param name="head">The head.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="BadModelException">It is null, or names no format or output.</exception>
    public static void Check(IDetectionHead? head, string source)
    {
        if (head is null) throw new BadModelException($"A detection head of {source} is null.");
        if (string.IsNullOrEmpty(head.Format)) throw new BadModelException($"The {NameOf(head)} of {source} names no format.");
        if (head.Outputs is not { Count: > 0 } outputs || outputs.Any(string.IsNullOrEmpty))
            throw new BadModelException($"The {NameOf(head)} of {source} names no outputs, or an empty one; expected those that it decodes.");
    }
}
