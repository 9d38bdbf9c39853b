namespace Rapport.Fhir;

/// <summary>Extracts the search values of a resource. Thread safe; allocates nothing for values without JSON escapes.</summary>
public static class SearchIndexer
{
    /// <summary>Reports every search value of the resource to the sink, except of composite and special parameters.</summary>
    public static void Extract(Resource resource, SearchSink sink) => Extract(resource.Root, sink);

    /// <summary>Reports every search value of a resource that stands inside another, such as in a bundle entry.</summary>
    /// <exception cref="ArgumentException">The element is not a resource.</exception>
    public static void Extract(Element resource, SearchSink sink)
    {
        if (!resource.IsResource)
        {
            throw new ArgumentException("only a resource has search values", nameof(resource));
        }

        var plan = ExtractionPlan.For(resource.TypeId);
        var walk = new Walk(sink, resource);
        walk.Visit(plan.Root, resource);
        walk.Evaluate(plan.Expressions, resource);
    }

    /// <summary>One extraction.</summary>
    private struct Walk(SearchSink sink, Element resource)
    {
        private PathEvaluator? evaluator;

        private PathEvaluator Evaluator => evaluator ??= new PathEvaluator(resource);

        public void Visit(PlanNode plan, Element element)
        {
            foreach (ref readonly var action in plan.Actions.AsSpan())
            {
                if (action.Target is null || SearchValueReader.Targets(element, action.Target, resource))
                {
                    SearchValueReader.Report(action.Parameter, element, sink);
                }
            }

            if (plan.Edges.Length == 0)
            {
                return;
            }

            foreach (var child in element.Children)
            {
                var name = child.NameId;
                if ((plan.Names & (1UL << (name.Value & 63))) == 0)
                {
                    continue;
                }

                foreach (ref readonly var edge in plan.Edges.AsSpan())
                {
                    if (edge.Name == name
                        && (edge.Type is null || edge.Type.Accepts(child.TypeId))
                        && (edge.Criterion is null || Evaluator.Holds(edge.Criterion, child)))
                    {
                        Visit(edge.Node, child);
                    }
                }
            }
        }

        public void Evaluate(PlanExpression[] expressions, Element element)
        {
            foreach (var (parameter, node) in expressions)
            {
                var results = Evaluator.Rent();
                node.Evaluate(Evaluator, new PathFocus(PathValue.Of(element), 0), results);
                foreach (var result in results)
                {
                    SearchValueReader.Report(parameter, result, sink);
                }

                Evaluator.Return(results);
            }
        }
    }
}
