namespace Rapport.Fhir;

/// <summary>
/// One part of an expression. Immutable; evaluating appends to a list. <see cref="Position"/> is where it stands in the text.
/// </summary>
internal abstract class PathNode(int position)
{
    public int Position { get; } = position;

    public abstract void Evaluate(PathEvaluator evaluator, in PathFocus focus, List<PathValue> output);
}

/// <summary><c>$this</c>, also where a path or function starts without saying from what.</summary>
internal sealed class PathThis(int position) : PathNode(position)
{
    public override void Evaluate(PathEvaluator evaluator, in PathFocus focus, List<PathValue> output) => output.Add(focus.This);
}

/// <summary><c>$index</c>.</summary>
internal sealed class PathIndex(int position) : PathNode(position)
{
    public override void Evaluate(PathEvaluator evaluator, in PathFocus focus, List<PathValue> output) => output.Add(PathValue.Of((long)focus.Index));
}

/// <summary><c>%context</c> or <c>%resource</c>.</summary>
internal sealed class PathContextElement(int position, bool resource) : PathNode(position)
{
    public override void Evaluate(PathEvaluator evaluator, in PathFocus focus, List<PathValue> output) =>
        output.Add(PathValue.Of(resource ? evaluator.Resource : evaluator.Context));
}

/// <summary>A value written in the expression; without one, the empty collection <c>{}</c>.</summary>
internal sealed class PathLiteral(int position, PathValue? value) : PathNode(position)
{
    public PathValue? Value => value;

    public override void Evaluate(PathEvaluator evaluator, in PathFocus focus, List<PathValue> output)
    {
        if (value is { } given)
        {
            output.Add(given);
        }
    }
}

/// <summary>A type name at the start of a path, such as <c>Patient</c>: the focus itself when it is of that type.</summary>
internal sealed class PathRootType(int position, PathType type) : PathNode(position)
{
    public PathType Type => type;

    public override void Evaluate(PathEvaluator evaluator, in PathFocus focus, List<PathValue> output)
    {
        if (type.Accepts(focus.This))
        {
            output.Add(focus.This);
        }
    }
}

/// <summary>The children of a name.</summary>
internal sealed class PathMember(int position, PathNode source, string name) : PathNode(position)
{
    private readonly NameId id = Definitions.FindName(name);

    public PathNode Source => source;

    public string Name => name;

    public NameId Id => id;

    public override void Evaluate(PathEvaluator evaluator, in PathFocus focus, List<PathValue> output)
    {
        if (source is PathThis)
        {
            Append(focus.This, output);
            return;
        }

        var parents = evaluator.Rent();
        source.Evaluate(evaluator, focus, parents);
        foreach (var parent in parents)
        {
            Append(parent, output);
        }

        evaluator.Return(parents);
    }

    private void Append(PathValue parent, List<PathValue> output)
    {
        if (id.Value == 0 || !parent.IsElement)
        {
            return;
        }

        foreach (var child in parent.Element.Children)
        {
            if (child.NameId == id)
            {
                output.Add(PathValue.Of(child));
            }
        }
    }
}

/// <summary><c>source[index]</c>.</summary>
internal sealed class PathIndexer(int position, PathNode source, PathNode index) : PathNode(position)
{
    public PathNode Source => source;

    public override void Evaluate(PathEvaluator evaluator, in PathFocus focus, List<PathValue> output)
    {
        var items = evaluator.Rent();
        source.Evaluate(evaluator, focus, items);
        if (evaluator.SystemValue(index, focus) is long at && at >= 0 && at < items.Count)
        {
            output.Add(items[(int)at]);
        }

        evaluator.Return(items);
    }
}

/// <summary><c>source.where(criterion)</c>.</summary>
internal sealed class PathWhere(int position, PathNode source, PathNode criterion) : PathNode(position)
{
    public PathNode Source => source;

    public PathNode Criterion => criterion;

    public override void Evaluate(PathEvaluator evaluator, in PathFocus focus, List<PathValue> output)
    {
        var items = evaluator.Rent();
        source.Evaluate(evaluator, focus, items);
        for (var i = 0; i < items.Count; i++)
        {
            if (evaluator.Truth(criterion, new PathFocus(items[i], i)) == true)
            {
                output.Add(items[i]);
            }
        }

        evaluator.Return(items);
    }
}

/// <summary><c>source as Type</c>, <c>source.as(Type)</c> and <c>source.ofType(Type)</c>: the items of that type.</summary>
internal sealed class PathOfType(int position, PathNode source, PathType type) : PathNode(position)
{
    public PathNode Source => source;

    public PathType Type => type;

    public override void Evaluate(PathEvaluator evaluator, in PathFocus focus, List<PathValue> output)
    {
        var items = evaluator.Rent();
        source.Evaluate(evaluator, focus, items);
        foreach (var item in items)
        {
            if (type.Accepts(item))
            {
                output.Add(item);
            }
        }

        evaluator.Return(items);
    }
}

/// <summary><c>source is Type</c> and <c>source.is(Type)</c>.</summary>
internal sealed class PathTypeTest(int position, PathNode source, PathType type) : PathNode(position)
{
    public PathNode Source => source;

    public PathType Type => type;

    public override void Evaluate(PathEvaluator evaluator, in PathFocus focus, List<PathValue> output)
    {
        var items = evaluator.Rent();
        source.Evaluate(evaluator, focus, items);
        if (items.Count > 0)
        {
            output.Add(PathValue.Of(type.Accepts(PathEvaluator.Single(items, Position))));
        }

        evaluator.Return(items);
    }
}

/// <summary><c>left | right</c>: both, without duplicates.</summary>
internal sealed class PathUnion(int position, PathNode left, PathNode right) : PathNode(position)
{
    public PathNode Left => left;

    public PathNode Right => right;

    public override void Evaluate(PathEvaluator evaluator, in PathFocus focus, List<PathValue> output)
    {
        var all = evaluator.Rent();
        left.Evaluate(evaluator, focus, all);
        right.Evaluate(evaluator, focus, all);
        PathEquality.Distinct(all, output);
        evaluator.Return(all);
    }
}

/// <summary>A function call.</summary>
internal sealed class PathCall(int position, PathNode source, PathFunction function, PathNode[] arguments) : PathNode(position)
{
    public PathNode Source => source;

    public PathFunction Function => function;

    public IReadOnlyList<PathNode> Arguments => arguments;

    public override void Evaluate(PathEvaluator evaluator, in PathFocus focus, List<PathValue> output)
    {
        var input = evaluator.Rent();
        source.Evaluate(evaluator, focus, input);
        function.Body(new PathCallFrame(evaluator, focus, input, arguments, Position), output);
        evaluator.Return(input);
    }
}
