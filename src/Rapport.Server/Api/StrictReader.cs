using System.Text.Json;
using Rapport.Server.Hosting;

namespace Rapport.Server.Api;

/// <summary>Reads what a script sends, strictly: what is not understood is told, the first of it. For one body.</summary>
internal abstract class StrictReader
{
    /// <summary>What is wrong, the first of it; null when nothing is.</summary>
    protected string? Problem { get; private set; }

    /// <summary>What a request says; answered, and null, where it says nothing that is understood.</summary>
    /// <param name="http">The request.</param>
    /// <param name="depth">How deep its body may go.</param>
    /// <param name="read">Takes what it wants of the body, by this reader.</param>
    public async Task<T?> TakeAsync<T>(HttpContext http, int depth, Func<JsonElement, T?> read)
        where T : class
    {
        if (!http.Request.HasJsonContentType())
        {
            await http.WriteAsync(Failure.Of(http, StatusCodes.Status415UnsupportedMediaType));
            return null;
        }

        var (asked, problem) = await StrictJson.ReadAsync<(T? Asked, string? Problem)>(http.Request.Body, depth, body => (read(body), Problem), static problem => (null, problem), http.RequestAborted);
        if (problem is not null)
        {
            await http.WriteAsync(new(StatusCodes.Status400BadRequest, "invalid", problem));
        }

        return problem is null ? asked : null;
    }

    /// <summary>What stands under a name; null for nothing, and where there are no names.</summary>
    protected static JsonElement? Child(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var child) && child.ValueKind != JsonValueKind.Null ? child : null;

    /// <summary>A text under a name; null for anything else.</summary>
    protected static string? TextIn(JsonElement of, string name) => Child(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>A text that somebody can read; null for none.</summary>
    protected static string? Words(JsonElement body, string name, int most)
    {
        var text = (TextIn(body, name) ?? "").Replace("\r\n", "\n", StringComparison.Ordinal).Trim();
        return text.Length == 0 || text.Length > most || InvisibleCharacters.AreAllOf(text) || InvisibleCharacters.AreIn(text.Replace('\n', ' ').Replace('\t', ' ')) ? null : text;
    }

    /// <summary>Notes what is wrong unless something holds.</summary>
    protected void Require(bool holds, string otherwise) => Problem ??= holds ? null : otherwise;

    /// <summary>An object that holds nothing that is not known.</summary>
    protected JsonElement Object(JsonElement value, string what, string[] known)
    {
        Require(value.ValueKind == JsonValueKind.Object, $"{what} is a JSON object");
        foreach (var property in value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : default)
        {
            Require(known.Contains(property.Name), $"`{Failure.Short(property.Name)}` is not known in {what}: it holds {string.Join(", ", known.Select(static name => $"`{name}`"))}");
        }

        return value;
    }

    /// <summary>A text that may be left out.</summary>
    protected string? Text(JsonElement of, string name)
    {
        Require(Child(of, name) is null or { ValueKind: JsonValueKind.String }, $"`{name}` is a text");
        return TextIn(of, name);
    }

    /// <summary>Whether something is so; left out it is not.</summary>
    protected bool Flag(JsonElement of, string name)
    {
        var kind = Child(of, name)?.ValueKind;
        Require(kind is null or JsonValueKind.True or JsonValueKind.False, $"`{name}` is true or false");
        return kind == JsonValueKind.True;
    }

    /// <summary>The version that was read of what is changed, under <c>version</c>.</summary>
    protected long Version(JsonElement body)
    {
        var version = 0L;
        Require(Child(body, "version") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out version) && version >= 0, "`version` is the number of the version that you read: 0 where nothing was there");
        return version;
    }

    /// <summary>A day that may be left out.</summary>
    protected DateOnly? Day(JsonElement of, string name)
    {
        if (Text(of, name) is not { } text)
        {
            return null;
        }

        var isDay = DateOnly.TryParseExact(text, "yyyy-MM-dd", out var day);
        Require(isDay, $"`{name}` is a day like `2026-05-03`");
        return isDay ? day : null;
    }
}
