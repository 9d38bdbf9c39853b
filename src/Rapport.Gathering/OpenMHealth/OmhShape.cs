using System.Text.Json;

namespace Rapport.Gathering;

/// <summary>What is wrong with a data point.</summary>
/// <param name="Path">Where, from the shape's own root: <c>.body_weight.unit</c>.</param>
/// <param name="Text">What.</param>
internal readonly record struct OmhProblem(string Path, string Text);

/// <summary>What a value of a data point must be. Immutable.</summary>
internal abstract class OmhShape
{
    /// <summary>The first thing that is wrong; null when nothing is.</summary>
    internal abstract OmhProblem? Check(JsonElement value, string path);

    /// <summary>Text that satisfies a rule.</summary>
    internal static OmhShape Text(string what, Func<string, bool> rule) => new TextShape(what, rule);

    /// <summary>One of a few words.</summary>
    internal static OmhShape OneOf(params string[] words) => new TextShape($"one of {string.Join(", ", words.Take(12).Select(word => $"`{word}`"))}", words.Contains);

    /// <summary>A number with one of these units; any unit when none is named.</summary>
    internal static OmhShape Unit(params string[] units) => Object(("!value", Number), ("!unit", units.Length == 0 ? AnyText : OneOf(units)));

    /// <summary>An object; names that begin with <c>!</c> must be there. What is not named may be anything.</summary>
    internal static OmhShape Object(params (string Name, OmhShape Shape)[] fields) => new ObjectShape(fields);

    /// <summary>Exactly one of several shapes.</summary>
    internal static OmhShape Either(string what, params OmhShape[] shapes) => new EitherShape(what, shapes);

    /// <summary>A list.</summary>
    internal static OmhShape List(OmhShape item, bool mayBeEmpty = true) => new ListShape(item, mayBeEmpty);

    internal static OmhShape Number { get; } = new KindShape("a number", JsonValueKind.Number);

    internal static OmhShape TrueOrFalse { get; } = new KindShape("true or false", JsonValueKind.True, JsonValueKind.False);

    internal static OmhShape AnyText { get; } = new TextShape("text", static _ => true);

    internal static OmhShape Anything { get; } = new KindShape("anything", Enum.GetValues<JsonValueKind>());

    private sealed class KindShape(string what, params JsonValueKind[] kinds) : OmhShape
    {
        internal override OmhProblem? Check(JsonElement value, string path) => kinds.Contains(value.ValueKind) ? null : new OmhProblem(path, $"must be {what}");
    }

    private sealed class TextShape(string what, Func<string, bool> rule) : OmhShape
    {
        private const int MostShown = 60;

        internal override OmhProblem? Check(JsonElement value, string path)
        {
            if (value.ValueKind != JsonValueKind.String)
            {
                return new OmhProblem(path, $"must be {what}");
            }

            var text = SafeJson.Text(value) ?? "";
            return rule(text) ? null : new OmhProblem(path, $"`{(text.Length > MostShown ? text[..MostShown] + "…" : text)}` is not {what}");
        }
    }

    private sealed class ObjectShape((string Name, OmhShape Shape)[] fields) : OmhShape
    {
        internal override OmhProblem? Check(JsonElement value, string path)
        {
            if (value.ValueKind != JsonValueKind.Object)
            {
                return new OmhProblem(path, "must be an object");
            }

            foreach (var (name, shape) in fields)
            {
                var plain = name.TrimStart('!');
                if (value.TryGetProperty(plain, out var child))
                {
                    if (shape.Check(child, $"{path}.{plain}") is { } problem)
                    {
                        return problem;
                    }
                }
                else if (name[0] == '!')
                {
                    return new OmhProblem(path, $"`{plain}` is missing");
                }
            }

            return null;
        }
    }

    private sealed class EitherShape(string what, OmhShape[] shapes) : OmhShape
    {
        internal override OmhProblem? Check(JsonElement value, string path) =>
            shapes.Count(shape => shape.Check(value, path) is null) == 1 ? null : new OmhProblem(path, $"must be {what}");
    }

    private sealed class ListShape(OmhShape item, bool mayBeEmpty) : OmhShape
    {
        internal override OmhProblem? Check(JsonElement value, string path)
        {
            if (value.ValueKind != JsonValueKind.Array || (!mayBeEmpty && value.GetArrayLength() == 0))
            {
                return new OmhProblem(path, mayBeEmpty ? "must be a list" : "must be a list with something in it");
            }

            var index = 0;
            foreach (var child in value.EnumerateArray())
            {
                if (item.Check(child, $"{path}[{index++}]") is { } problem)
                {
                    return problem;
                }
            }

            return null;
        }
    }
}
