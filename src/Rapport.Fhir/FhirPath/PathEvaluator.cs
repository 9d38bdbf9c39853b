namespace Rapport.Fhir;

/// <summary>What an expression is evaluated against at one moment: <c>$this</c> and <c>$index</c>.</summary>
internal readonly record struct PathFocus(PathValue This, int Index);

/// <summary>An expression asked for something that its input does not allow, such as one item where there are several.</summary>
internal sealed class PathEvaluationException(int position, string text) : Exception(text)
{
    public int Position { get; } = position;
}

/// <summary>Evaluates expressions against one resource. Reuses its lists, so it is for one thread at a time.</summary>
internal sealed class PathEvaluator(Element context)
{
    private readonly Stack<List<PathValue>> free = new();

    /// <summary><c>%context</c>: what the evaluation started from.</summary>
    public Element Context => context;

    /// <summary><c>%resource</c>: the context where that is a resource, else the resource whose tape it is on.</summary>
    public Element Resource => Context.IsResource ? Context : Context.Owning.Root;

    /// <summary>Evaluates with <see cref="Context"/> as the focus and appends the results.</summary>
    public void Run(PathNode node, List<PathValue> output) => node.Evaluate(this, new PathFocus(PathValue.Of(Context), 0), output);

    /// <summary>Whether a criterion holds for an element: empty counts as no.</summary>
    public bool Holds(PathNode criterion, Element element, int index = 0) =>
        Truth(criterion, new PathFocus(PathValue.Of(element), index)) == true;

    /// <summary>An empty list to be given back with <see cref="Return"/>.</summary>
    public List<PathValue> Rent() => free.TryPop(out var list) ? list : [];

    public void Return(List<PathValue> list)
    {
        list.Clear();
        free.Push(list);
    }

    /// <summary>
    /// The truth of a node: null for empty, and true for a single item that is not a boolean (FHIRPath, 4.5 Singleton Evaluation).
    /// </summary>
    public bool? Truth(PathNode node, in PathFocus focus)
    {
        var values = Rent();
        node.Evaluate(this, focus, values);
        bool? truth = values.Count == 0 ? null : TruthOf(Single(values, node.Position));
        Return(values);
        return truth;
    }

    /// <summary>The one value of a node as FHIRPath's own type; null for empty.</summary>
    public object? SystemValue(PathNode node, in PathFocus focus)
    {
        var values = Rent();
        node.Evaluate(this, focus, values);
        var value = values.Count == 0 ? null : Single(values, node.Position).ToSystem();
        Return(values);
        return value;
    }

    public static PathValue Single(List<PathValue> values, int position) =>
        values.Count == 1 ? values[0] : throw new PathEvaluationException(position, $"one item is needed here, not {values.Count}");

    private static bool TruthOf(PathValue value) => value.ToSystem() is not bool boolean || boolean;
}
