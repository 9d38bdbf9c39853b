namespace Rapport.Fhir;

/// <summary>The functions themselves, by the sections of FHIRPath 2.0.0 that define them.</summary>
internal sealed partial class PathFunction
{
    /// <summary>5.1 Existence, 5.5 conversion and 6.5 <c>not</c>.</summary>
    private static IEnumerable<PathFunction> Existence() =>
    [
        new("empty", 0, 0, static (in call, output) => output.Add(PathValue.Of(call.Input.Count == 0))),
        new("exists", 0, 1, static (in call, output) => output.Add(PathValue.Of(Any(call)))),
        new("all", 1, 1, static (in call, output) => output.Add(PathValue.Of(All(call)))),
        new("allTrue", 0, 0, static (in call, output) => output.Add(PathValue.Of(call.Input.TrueForAll(IsTrue)))),
        new("anyTrue", 0, 0, static (in call, output) => output.Add(PathValue.Of(call.Input.Exists(IsTrue)))),
        new("allFalse", 0, 0, static (in call, output) => output.Add(PathValue.Of(call.Input.TrueForAll(IsFalse)))),
        new("anyFalse", 0, 0, static (in call, output) => output.Add(PathValue.Of(call.Input.Exists(IsFalse)))),
        new("count", 0, 0, static (in call, output) => output.Add(PathValue.Of((long)call.Input.Count))),
        new("distinct", 0, 0, static (in call, output) => PathEquality.Distinct(call.Input, output)),
        new("isDistinct", 0, 0, static (in call, output) =>
        {
            var distinct = call.Evaluator.Rent();
            PathEquality.Distinct(call.Input, distinct);
            output.Add(PathValue.Of(distinct.Count == call.Input.Count));
            call.Evaluator.Return(distinct);
        }),
        new("not", 0, 0, static (in call, output) =>
        {
            if (call.Input.Count > 0)
            {
                output.Add(PathValue.Of(!(PathEvaluator.Single(call.Input, call.Position).ToSystem() is not bool truth || truth)));
            }
        }),
        new("iif", 2, 3, static (in call, output) =>
        {
            var branch = call.Evaluator.Truth(call.Arguments[0], call.Focus) == true ? 1 : 2;
            if (branch < call.Arguments.Length)
            {
                call.Arguments[branch].Evaluate(call.Evaluator, call.Focus, output);
            }
        }),
        new("toString", 0, 0, static (in call, output) => AddText(call.InputText(), output)),
        new("toInteger", 0, 0, static (in call, output) =>
        {
            if (call.InputText() is { } text && long.TryParse(text, out var value))
            {
                output.Add(PathValue.Of(value));
            }
        }),
        new("toDecimal", 0, 0, static (in call, output) =>
        {
            if (call.InputText() is { } text && SearchNumber.TryParse(text, out var value))
            {
                output.Add(PathValue.Of(value));
            }
        }),
    ];

    /// <summary>5.2 Filtering, 5.3 subsetting, 5.4 combining and 5.8 walking the tree.</summary>
    private static IEnumerable<PathFunction> Subsetting() =>
    [
        new("first", 0, 0, static (in call, output) => output.AddRange(call.Input.Take(1))),
        new("last", 0, 0, static (in call, output) => output.AddRange(call.Input.TakeLast(1))),
        new("tail", 0, 0, static (in call, output) => output.AddRange(call.Input.Skip(1))),
        new("skip", 1, 1, static (in call, output) => output.AddRange(call.Input.Skip(call.Whole(0) ?? 0))),
        new("take", 1, 1, static (in call, output) => output.AddRange(call.Input.Take(call.Whole(0) ?? 0))),
        new("single", 0, 0, static (in call, output) =>
        {
            if (call.Input.Count > 0)
            {
                output.Add(PathEvaluator.Single(call.Input, call.Position));
            }
        }),
        new("select", 1, 1, static (in call, output) =>
        {
            for (var i = 0; i < call.Input.Count; i++)
            {
                call.Arguments[0].Evaluate(call.Evaluator, new PathFocus(call.Input[i], i), output);
            }
        }),
        new("repeat", 1, 1, Repeat),
        new("union", 1, 1, static (in call, output) =>
        {
            var other = call.Items(0);
            other.InsertRange(0, call.Input);
            PathEquality.Distinct(other, output);
            call.Evaluator.Return(other);
        }),
        new("combine", 1, 1, static (in call, output) =>
        {
            output.AddRange(call.Input);
            call.Arguments[0].Evaluate(call.Evaluator, call.Focus, output);
        }),
        new("intersect", 1, 1, static (in call, output) =>
        {
            var other = call.Items(0);
            PathEquality.Distinct(call.Input.FindAll(item => PathEquality.Contains(other, item)), output);
            call.Evaluator.Return(other);
        }),
        new("exclude", 1, 1, static (in call, output) =>
        {
            var other = call.Items(0);
            output.AddRange(call.Input.FindAll(item => !PathEquality.Contains(other, item)));
            call.Evaluator.Return(other);
        }),
        new("subsetOf", 1, 1, static (in call, output) =>
        {
            var other = call.Items(0);
            output.Add(PathValue.Of(call.Input.TrueForAll(item => PathEquality.Contains(other, item))));
            call.Evaluator.Return(other);
        }),
        new("supersetOf", 1, 1, static (in call, output) =>
        {
            var input = call.Input;
            var other = call.Items(0);
            output.Add(PathValue.Of(other.TrueForAll(item => PathEquality.Contains(input, item))));
            call.Evaluator.Return(other);
        }),
        new("children", 0, 0, static (in call, output) => call.Input.ForEach(item => AddChildren(item, output, deep: false))),
        new("descendants", 0, 0, static (in call, output) => call.Input.ForEach(item => AddChildren(item, output, deep: true))),
    ];

    /// <summary>5.6 String manipulation; positions count UTF-16 units.</summary>
    private static IEnumerable<PathFunction> Texts() =>
    [
        new("length", 0, 0, static (in call, output) =>
        {
            if (call.InputText() is { } text)
            {
                output.Add(PathValue.Of((long)text.Length));
            }
        }),
        new("upper", 0, 0, static (in call, output) => AddText(call.InputText()?.ToUpperInvariant(), output)),
        new("lower", 0, 0, static (in call, output) => AddText(call.InputText()?.ToLowerInvariant(), output)),
        new("substring", 1, 2, static (in call, output) =>
        {
            if (call.InputText() is { } text && call.Whole(0) is { } start && start >= 0 && start < text.Length)
            {
                AddText(text.Substring(start, Math.Clamp(call.Whole(1) ?? text.Length, 0, text.Length - start)), output);
            }
        }),
        new("startsWith", 1, 1, static (in call, output) => AddTest(call, static (text, part) => text.StartsWith(part, StringComparison.Ordinal), output)),
        new("endsWith", 1, 1, static (in call, output) => AddTest(call, static (text, part) => text.EndsWith(part, StringComparison.Ordinal), output)),
        new("contains", 1, 1, static (in call, output) => AddTest(call, static (text, part) => text.Contains(part, StringComparison.Ordinal), output)),
        new("indexOf", 1, 1, static (in call, output) =>
        {
            if (call.InputText() is { } text && call.Text(0) is { } part)
            {
                output.Add(PathValue.Of((long)text.IndexOf(part, StringComparison.Ordinal)));
            }
        }),
        new("replace", 2, 2, static (in call, output) =>
        {
            if (call.InputText() is { } text && call.Text(0) is { Length: > 0 } old && call.Text(1) is { } with)
            {
                AddText(text.Replace(old, with, StringComparison.Ordinal), output);
            }
        }),
    ];

    /// <summary>What FHIR R4 adds (FHIR R4, FHIRPath, 2.9.1.6).</summary>
    private static IEnumerable<PathFunction> Fhir() =>
    [
        new("extension", 1, 1, static (in call, output) =>
        {
            if (call.Text(0) is { } url)
            {
                var utf8 = System.Text.Encoding.UTF8.GetBytes(url);
                foreach (var item in call.Input)
                {
                    AddExtensions(item, utf8, output);
                }
            }
        }),
        new("hasValue", 0, 0, static (in call, output) =>
            output.Add(PathValue.Of(call.Input.Count == 1 && (!call.Input[0].IsElement || call.Input[0].Element.HasValue)))),
        new("getValue", 0, 0, static (in call, output) =>
            output.AddRange(call.Input.Where(static item => item.ToSystem() is not null).Take(call.Input.Count == 1 ? 1 : 0))),
        new("resolve", 0, 0, static (in call, output) =>
        {
            foreach (var item in call.Input)
            {
                PathResolver.Resolve(item, call.Evaluator.Resource, output);
            }
        }),
    ];

    private static bool IsTrue(PathValue item) => item.ToSystem() is true;

    private static bool IsFalse(PathValue item) => item.ToSystem() is false;

    private static bool Any(in PathCallFrame call)
    {
        if (call.Arguments.Length == 0)
        {
            return call.Input.Count > 0;
        }

        for (var i = 0; i < call.Input.Count; i++)
        {
            if (call.Test(i) == true)
            {
                return true;
            }
        }

        return false;
    }

    private static bool All(in PathCallFrame call)
    {
        for (var i = 0; i < call.Input.Count; i++)
        {
            if (call.Test(i) != true)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Applies the projection to its own results until nothing new comes of it.</summary>
    private static void Repeat(in PathCallFrame call, List<PathValue> output)
    {
        var start = output.Count;
        var found = call.Evaluator.Rent();
        var open = new Queue<PathValue>(call.Input);
        while (open.TryDequeue(out var item))
        {
            call.Arguments[0].Evaluate(call.Evaluator, new PathFocus(item, 0), found);
            foreach (var next in found)
            {
                if (!output[start..].Exists(known => PathEquality.AreEqual(known, next) == true))
                {
                    output.Add(next);
                    open.Enqueue(next);
                }
            }

            found.Clear();
        }

        call.Evaluator.Return(found);
    }

    private static void AddChildren(PathValue item, List<PathValue> output, bool deep)
    {
        if (!item.IsElement)
        {
            return;
        }

        foreach (var child in item.Element.Children)
        {
            output.Add(PathValue.Of(child));
            if (deep)
            {
                AddChildren(PathValue.Of(child), output, deep);
            }
        }
    }

    private static void AddExtensions(PathValue item, ReadOnlySpan<byte> url, List<PathValue> output)
    {
        if (!item.IsElement)
        {
            return;
        }

        foreach (var child in item.Element.Children)
        {
            if (child.NameId == FhirNames.Extension && child.TryGetChild(FhirNames.Url, out var childUrl) && childUrl.ValueEquals(url))
            {
                output.Add(PathValue.Of(child));
            }
        }
    }

    private static void AddText(string? text, List<PathValue> output)
    {
        if (text is not null)
        {
            output.Add(PathValue.Of(text));
        }
    }

    private static void AddTest(in PathCallFrame call, Func<string, string, bool> test, List<PathValue> output)
    {
        if (call.InputText() is { } text && call.Text(0) is { } part)
        {
            output.Add(PathValue.Of(test(text, part)));
        }
    }
}
