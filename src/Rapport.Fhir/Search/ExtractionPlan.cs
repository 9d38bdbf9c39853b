namespace Rapport.Fhir;

/// <summary>
/// All search parameters of one resource type, merged into a tree of element names, so that one walk over the resource finds the values of all of
/// them and skips whatever no parameter asks for. Immutable once made, thread safe.
/// </summary>
internal sealed class ExtractionPlan
{
    private static readonly Lock Making = new();

    /// <summary>Plans by type, made when first needed. The dictionary is replaced, never changed.</summary>
    private static volatile Dictionary<TypeId, ExtractionPlan> made = [];

    private ExtractionPlan(PlanNode root, PlanExpression[] expressions)
    {
        Root = root;
        Expressions = expressions;
    }

    public PlanNode Root { get; }

    /// <summary>The expressions that are more than paths, to be evaluated one by one.</summary>
    public PlanExpression[] Expressions { get; }

    public static ExtractionPlan For(TypeId type)
    {
        if (made.TryGetValue(type, out var plan))
        {
            return plan;
        }

        lock (Making)
        {
            plan = Make(Definitions.TypeNameOf(type));
            made = new(made) { [type] = plan };
            return plan;
        }
    }

    private static ExtractionPlan Make(string type)
    {
        var root = new PlanBuilder();
        var expressions = new List<PlanExpression>();
        foreach (var parameter in SearchParameters.All(type).Where(p => p.IsIndexed))
        {
            foreach (var node in parameter.Paths.GetValueOrDefault(type) ?? parameter.Paths[SearchDefinitions.EveryResource])
            {
                if (!root.TryAdd(node, parameter))
                {
                    expressions.Add(new(parameter, node));
                }
            }
        }

        return new(root.Build(), [.. expressions]);
    }
}

/// <summary>A parameter whose expression is evaluated as a whole.</summary>
internal readonly record struct PlanExpression(SearchParameter Parameter, PathNode Node);

/// <summary>What to do at an element: report its value to some parameters, and go on to some children.</summary>
internal sealed class PlanNode(PlanAction[] actions, PlanEdge[] edges)
{
    public readonly PlanAction[] Actions = actions;
    public readonly PlanEdge[] Edges = edges;

    /// <summary>One bit for each name of an edge, modulo 64: most children are ruled out by it.</summary>
    public readonly ulong Names = edges.Aggregate(0UL, (mask, edge) => mask | (1UL << (edge.Name.Value & 63)));
}

/// <summary>A value to report.</summary>
/// <param name="Parameter">The parameter it is a value of.</param>
/// <param name="Target">For <c>where(resolve() is Target)</c>: the only type of resource that a reference may mean.</param>
internal readonly record struct PlanAction(SearchParameter Parameter, PathType? Target);

/// <summary>A step to the children of a name, of a type where one is wanted, that meet a criterion where there is one.</summary>
internal readonly record struct PlanEdge(NameId Name, PathType? Type, PathNode? Criterion, PlanNode Node);

/// <summary>Merges paths into a tree.</summary>
internal sealed class PlanBuilder
{
    private readonly List<PlanAction> actions = [];
    private readonly List<(NameId Name, PathType? Type, PathNode? Criterion, PlanBuilder Node)> edges = [];

    /// <summary>Adds a parameter's expression; false, with nothing added, when it is more than a path.</summary>
    public bool TryAdd(PathNode node, SearchParameter parameter)
    {
        PathType? target = null;
        if (node is PathWhere { Criterion: PathTypeTest { Source: PathCall { Function.Name: "resolve", Source: PathThis } } test } where)
        {
            target = test.Type;
            node = where.Source;
        }

        if (Find(node) is not { } place)
        {
            return false;
        }

        place.actions.Add(new(parameter, target));
        return true;
    }

    public PlanNode Build() => new([.. actions], [.. edges.Select(e => new PlanEdge(e.Name, e.Type, e.Criterion, e.Node.Build()))]);

    /// <summary>The place in the tree that a path leads to; null when the node is no path.</summary>
    private PlanBuilder? Find(PathNode node)
    {
        switch (node)
        {
            case PathRootType:
                return this;
            case PathMember { Id.Value: not 0 } member:
                return Find(member.Source)?.Child(member.Id, null, null);
            case PathOfType { Source: PathMember { Id.Value: not 0 } member } cast:
                return Find(member.Source)?.Child(member.Id, cast.Type, null);
            case PathWhere { Source: PathMember { Id.Value: not 0 } member } where:
                return Find(member.Source)?.Child(member.Id, null, where.Criterion);
            default:
                return null;
        }
    }

    private PlanBuilder Child(NameId name, PathType? type, PathNode? criterion)
    {
        foreach (var edge in edges)
        {
            if (edge.Name == name && edge.Type?.Name == type?.Name && ReferenceEquals(edge.Criterion, criterion))
            {
                return edge.Node;
            }
        }

        var child = new PlanBuilder();
        edges.Add((name, type, criterion, child));
        return child;
    }
}
