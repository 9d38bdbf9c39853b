namespace Rapport.Fhir;

/// <summary>The operators between two expressions. Those before <see cref="Union"/> are <see cref="PathBinary"/>'s, in groups by what they do.</summary>
internal enum PathOperator : byte
{
    Implies,
    Or,
    Xor,
    And,
    In,
    Contains,
    Equal,
    NotEqual,
    Equivalent,
    NotEquivalent,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Concatenate,
    Multiply,
    Divide,
    Div,
    Mod,
    Union,
    Is,
    As,
}

/// <summary>An operator between two expressions (FHIRPath, section 6).</summary>
internal sealed class PathBinary(int position, PathOperator op, PathNode left, PathNode right) : PathNode(position)
{
    public override void Evaluate(PathEvaluator evaluator, in PathFocus focus, List<PathValue> output)
    {
        if (op <= PathOperator.And)
        {
            Add(Logic(evaluator, focus), output);
        }
        else if (op <= PathOperator.NotEquivalent)
        {
            Add(Relation(evaluator, focus), output);
        }
        else if (op <= PathOperator.GreaterOrEqual)
        {
            Add(Order(evaluator, focus), output);
        }
        else if (Arithmetic(evaluator.SystemValue(left, focus), evaluator.SystemValue(right, focus)) is { } value)
        {
            output.Add(value);
        }
    }

    private static void Add(bool? truth, List<PathValue> output)
    {
        if (truth is { } value)
        {
            output.Add(PathValue.Of(value));
        }
    }

    /// <summary>Three-valued logic: null is empty.</summary>
    private bool? Logic(PathEvaluator evaluator, in PathFocus focus)
    {
        var a = evaluator.Truth(left, focus);
        if ((op == PathOperator.And && a == false) || (op == PathOperator.Or && a == true))
        {
            return a;
        }

        if (op == PathOperator.Implies && a == false)
        {
            return true;
        }

        var b = evaluator.Truth(right, focus);
        return op switch
        {
            PathOperator.And => a & b,
            PathOperator.Or => a | b,
            PathOperator.Implies => !a | b,
            _ => a ^ b,
        };
    }

    private bool? Relation(PathEvaluator evaluator, in PathFocus focus)
    {
        var a = evaluator.Rent();
        var b = evaluator.Rent();
        left.Evaluate(evaluator, focus, a);
        right.Evaluate(evaluator, focus, b);
        var result = op switch
        {
            PathOperator.In => a.Count == 0 ? null : PathEquality.Contains(b, PathEvaluator.Single(a, left.Position)),
            PathOperator.Contains => b.Count == 0 ? null : PathEquality.Contains(a, PathEvaluator.Single(b, right.Position)),
            PathOperator.Equal => PathEquality.AreEqual(a, b),
            PathOperator.NotEqual => !PathEquality.AreEqual(a, b),
            PathOperator.Equivalent => PathEquality.AreEquivalent(a, b),
            _ => (bool?)!PathEquality.AreEquivalent(a, b),
        };
        evaluator.Return(a);
        evaluator.Return(b);
        return result;
    }

    private bool? Order(PathEvaluator evaluator, in PathFocus focus) =>
        PathEquality.Compare(evaluator.SystemValue(left, focus), evaluator.SystemValue(right, focus), Position) is { } order
            ? op switch
            {
                PathOperator.Less => order < 0,
                PathOperator.LessOrEqual => order <= 0,
                PathOperator.Greater => order > 0,
                _ => order >= 0,
            }
            : null;

    private PathValue? Arithmetic(object? a, object? b)
    {
        if (op == PathOperator.Concatenate)
        {
            return PathValue.Of((a as string ?? "") + (b as string ?? ""));
        }

        if (a is null || b is null)
        {
            return null;
        }

        if (op == PathOperator.Add && a is string x && b is string y)
        {
            return PathValue.Of(x + y);
        }

        if (a is not (long or decimal) || b is not (long or decimal))
        {
            throw new PathEvaluationException(Position, "numbers are needed here");
        }

        try
        {
            return a is long m && b is long n && op != PathOperator.Divide
                ? Whole(m, n)
                : Decimal(Convert.ToDecimal(a), Convert.ToDecimal(b));
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private PathValue? Whole(long a, long b) => op switch
    {
        PathOperator.Add => PathValue.Of(checked(a + b)),
        PathOperator.Subtract => PathValue.Of(checked(a - b)),
        PathOperator.Multiply => PathValue.Of(checked(a * b)),
        _ when b == 0 => null,
        PathOperator.Div => PathValue.Of(checked(a / b)),
        _ => b == -1 ? PathValue.Of(0L) : PathValue.Of(a % b),
    };

    private PathValue? Decimal(decimal a, decimal b) => op switch
    {
        PathOperator.Add => PathValue.Of(a + b),
        PathOperator.Subtract => PathValue.Of(a - b),
        PathOperator.Multiply => PathValue.Of(a * b),
        _ when b == 0 => null,
        PathOperator.Divide => PathValue.Of(a / b),
        PathOperator.Div => PathValue.Of((long)(a / b)),
        _ => PathValue.Of(a % b),
    };
}

/// <summary><c>-source</c>.</summary>
internal sealed class PathNegation(int position, PathNode source) : PathNode(position)
{
    public override void Evaluate(PathEvaluator evaluator, in PathFocus focus, List<PathValue> output)
    {
        switch (evaluator.SystemValue(source, focus))
        {
            case null:
                return;
            case long whole:
                output.Add(PathValue.Of(-whole));
                return;
            case decimal number:
                output.Add(PathValue.Of(-number));
                return;
            default:
                throw new PathEvaluationException(Position, "a number is needed after `-`");
        }
    }
}
