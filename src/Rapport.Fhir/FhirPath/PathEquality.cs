namespace Rapport.Fhir;

/// <summary>When items and collections are equal (FHIRPath, 6.1) or equivalent (<c>~</c>), and how they are ordered (6.2).</summary>
internal static class PathEquality
{
    /// <summary>Whether two items are equal; null when dates of different precision leave it open.</summary>
    public static bool? AreEqual(PathValue left, PathValue right)
    {
        var a = left.ToSystem();
        var b = right.ToSystem();
        if (a is null || b is null)
        {
            return a is null && b is null && SameTree(left, right);
        }

        Align(ref a, ref b);
        return (a, b) switch
        {
            (PathDate x, PathDate y) => x.CompareTo(y) is { } order ? order == 0 : null,
            (PathDate x, string y) => x.Text == y,
            (string x, PathDate y) => x == y.Text,
            _ => a.Equals(b),
        };
    }

    /// <summary>Whether two collections are equal item by item; null when either is empty.</summary>
    public static bool? AreEqual(List<PathValue> left, List<PathValue> right)
    {
        if (left.Count == 0 || right.Count == 0)
        {
            return null;
        }

        if (left.Count != right.Count)
        {
            return false;
        }

        bool? all = true;
        for (var i = 0; i < left.Count; i++)
        {
            var equal = AreEqual(left[i], right[i]);
            if (equal == false)
            {
                return false;
            }

            all &= equal;
        }

        return all;
    }

    /// <summary>Whether two items mean the same: texts without case and runs of white space, numbers at the lesser precision.</summary>
    public static bool AreEquivalent(PathValue left, PathValue right)
    {
        var a = left.ToSystem();
        var b = right.ToSystem();
        if (a is string x && b is string y)
        {
            return SearchText.Fold(x).AsSpan().SequenceEqual(SearchText.Fold(y));
        }

        if (a is not (long or decimal) || b is not (long or decimal))
        {
            return AreEqual(left, right) == true;
        }

        var first = Convert.ToDecimal(a);
        var second = Convert.ToDecimal(b);
        var digits = Math.Min(first.Scale, second.Scale);
        return Math.Round(first, digits) == Math.Round(second, digits);
    }

    /// <summary>Whether two collections have equivalent items, in any order; two empty ones do.</summary>
    public static bool AreEquivalent(List<PathValue> left, List<PathValue> right)
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        var open = new List<PathValue>(right);
        foreach (var item in left)
        {
            var found = open.FindIndex(other => AreEquivalent(item, other));
            if (found < 0)
            {
                return false;
            }

            open.RemoveAt(found);
        }

        return true;
    }

    /// <summary>Less than, equal to or greater than 0; null when empty or when dates of different precision leave it open.</summary>
    /// <exception cref="PathEvaluationException">The two cannot be ordered.</exception>
    public static int? Compare(object? left, object? right, int position)
    {
        if (left is null || right is null)
        {
            return null;
        }

        Align(ref left, ref right);
        return (left, right) switch
        {
            (long x, long y) => x.CompareTo(y),
            (decimal x, decimal y) => x.CompareTo(y),
            (string x, string y) => string.CompareOrdinal(x, y),
            (PathDate x, PathDate y) => x.CompareTo(y),
            _ => throw new PathEvaluationException(position, "these two kinds of value cannot be compared"),
        };
    }

    public static bool Contains(List<PathValue> items, PathValue wanted)
    {
        foreach (var item in items)
        {
            if (AreEqual(item, wanted) == true)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Appends the items without those equal to an earlier one.</summary>
    public static void Distinct(List<PathValue> items, List<PathValue> output)
    {
        var start = output.Count;
        foreach (var item in items)
        {
            var isNew = true;
            for (var i = start; i < output.Count && isNew; i++)
            {
                isNew = AreEqual(output[i], item) != true;
            }

            if (isNew)
            {
                output.Add(item);
            }
        }
    }

    /// <summary>Whole numbers become decimals beside a decimal.</summary>
    private static void Align(ref object left, ref object right)
    {
        if (left is long x && right is decimal)
        {
            left = (decimal)x;
        }
        else if (left is decimal && right is long y)
        {
            right = (decimal)y;
        }
    }

    private static bool SameTree(PathValue left, PathValue right)
    {
        if (!left.IsElement || !right.IsElement)
        {
            return left.Target == right.Target && left.IsElement == right.IsElement;
        }

        if (left.Element == right.Element)
        {
            return true;
        }

        var others = right.Element.Children.GetEnumerator();
        foreach (var child in left.Element.Children)
        {
            if (!others.MoveNext() || child.NameId != others.Current.NameId
                || AreEqual(PathValue.Of(child), PathValue.Of(others.Current)) != true)
            {
                return false;
            }
        }

        return !others.MoveNext();
    }
}
