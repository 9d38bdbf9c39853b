using System.Collections.Frozen;

namespace Rapport.Fhir;

/// <summary>What a function works on when it is called.</summary>
internal readonly record struct PathCallFrame(
    PathEvaluator Evaluator, PathFocus Focus, List<PathValue> Input, PathNode[] Arguments, int Position)
{
    /// <summary>Whether the criterion in the first argument holds for an input item; without arguments, whether the item is true.</summary>
    public bool? Test(int index) => Evaluator.Truth(Arguments[0], new PathFocus(Input[index], index));

    /// <summary>The one text of the input; null when the input is empty.</summary>
    public string? InputText() => Input.Count == 0 ? null : TextOf(PathEvaluator.Single(Input, Position).ToSystem());

    /// <summary>The one text of an argument; null when it is empty or left out.</summary>
    public string? Text(int argument) => argument < Arguments.Length ? TextOf(Evaluator.SystemValue(Arguments[argument], Focus)) : null;

    /// <summary>The one whole number of an argument; null when it is empty or left out.</summary>
    public int? Whole(int argument) =>
        argument < Arguments.Length && Evaluator.SystemValue(Arguments[argument], Focus) is long value
            ? (int)Math.Clamp(value, int.MinValue, int.MaxValue)
            : null;

    /// <summary>The items of an argument; give the list back.</summary>
    public List<PathValue> Items(int argument)
    {
        var items = Evaluator.Rent();
        Arguments[argument].Evaluate(Evaluator, Focus, items);
        return items;
    }

    private static string? TextOf(object? value) => value switch
    {
        null => null,
        string text => text,
        bool truth => truth ? "true" : "false",
        PathDate date => date.Text,
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture),
    };
}

/// <summary>The body of a function: appends its results.</summary>
internal delegate void PathFunctionBody(in PathCallFrame call, List<PathValue> output);

/// <summary>A function of FHIRPath, or one that FHIR R4 adds to it.</summary>
internal sealed partial class PathFunction(string name, int minArguments, int maxArguments, PathFunctionBody body)
{
    private static readonly FrozenDictionary<string, PathFunction> ByName =
        Existence().Concat(Subsetting()).Concat(Texts()).Concat(Fhir()).ToFrozenDictionary(f => f.Name);

    public string Name => name;

    public int MinArguments => minArguments;

    public int MaxArguments => maxArguments;

    public PathFunctionBody Body => body;

    /// <summary>How many arguments it takes, in words.</summary>
    public string Arity => minArguments == maxArguments
        ? minArguments switch { 0 => "no arguments", 1 => "one argument", _ => $"{minArguments} arguments" }
        : $"{minArguments} to {maxArguments} arguments";

    public static bool TryFind(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PathFunction? function) =>
        ByName.TryGetValue(name, out function);
}
