using System.Text.Json;

namespace Rapport.Server.Api;

/// <summary>A body of JSON from outside: read once, strictly. What stands twice in an object is refused, and so is text that is no Unicode, wherever it is taken.</summary>
internal static class StrictJson
{
    /// <summary>Reads a body.</summary>
    /// <param name="body">It.</param>
    /// <param name="depth">How deep it may go.</param>
    /// <param name="read">Takes what it wants of it.</param>
    /// <param name="otherwise">Makes the answer of what is wrong, when it is no JSON.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<T> ReadAsync<T>(Stream body, int depth, Func<JsonElement, T> read, Func<string, T> otherwise, CancellationToken cancel)
    {
        try
        {
            using var json = await JsonDocument.ParseAsync(body, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = depth }, cancel);
            return read(json.RootElement);
        }
        catch (JsonException)
        {
            return otherwise("the body is no JSON");
        }
        catch (InvalidOperationException)
        {
            // What the library throws for such text when it is taken.
            return otherwise("a text in the body is no Unicode");
        }
    }
}
