using System.Globalization;

namespace Rapport.Fhir;

/// <summary>
/// Parses FHIRPath by operator precedence (a Pratt parser), following the grammar of HL7 FHIRPath 2.0.0, appendix B.
/// </summary>
internal ref struct PathParser
{
    /// <summary>How deeply an expression may nest: keeps a hostile one from exhausting the stack.</summary>
    private const int MaxDepth = 100;

    /// <summary>How strongly a sign before a value binds: more than every operator between two.</summary>
    private const int SignPower = 11;

    private PathLexer lexer;
    private PathToken token;
    private int depth;

    private PathParser(string text)
    {
        lexer = new(text);
        token = lexer.Next();
    }

    public static PathNode Parse(string text)
    {
        var parser = new PathParser(text);
        var node = parser.Expression(0);
        return parser.token.Kind == PathTokenKind.End ? node : throw parser.Unexpected("an operator");
    }

    private PathNode Expression(int power)
    {
        if (++depth > MaxDepth)
        {
            throw new PathSyntaxException(token.Position, "the expression is nested too deeply");
        }

        var left = Postfix(Prefix());
        while (Infix(token) is var (op, binds) && binds > power)
        {
            var position = token.Position;
            Advance();
            left = op switch
            {
                PathOperator.Union => new PathUnion(position, left, Expression(binds)),
                PathOperator.Is => new PathTypeTest(position, left, TypeName()),
                PathOperator.As => new PathOfType(position, left, TypeName()),
                _ => new PathBinary(position, op, left, Expression(binds)),
            };
        }

        depth--;
        return left;
    }

    /// <summary>The operator that a token is and how strongly it binds; 0 when it is none.</summary>
    private static (PathOperator Operator, int Power) Infix(PathToken token) => token.Kind switch
    {
        PathTokenKind.Identifier => token.Text switch
        {
            "implies" => (PathOperator.Implies, 1),
            "or" => (PathOperator.Or, 2),
            "xor" => (PathOperator.Xor, 2),
            "and" => (PathOperator.And, 3),
            "in" => (PathOperator.In, 4),
            "contains" => (PathOperator.Contains, 4),
            "is" => (PathOperator.Is, 8),
            "as" => (PathOperator.As, 8),
            "div" => (PathOperator.Div, 10),
            "mod" => (PathOperator.Mod, 10),
            _ => default,
        },
        PathTokenKind.Symbol => token.Text switch
        {
            "=" => (PathOperator.Equal, 5),
            "!=" => (PathOperator.NotEqual, 5),
            "~" => (PathOperator.Equivalent, 5),
            "!~" => (PathOperator.NotEquivalent, 5),
            "<" => (PathOperator.Less, 6),
            "<=" => (PathOperator.LessOrEqual, 6),
            ">" => (PathOperator.Greater, 6),
            ">=" => (PathOperator.GreaterOrEqual, 6),
            "|" => (PathOperator.Union, 7),
            "+" => (PathOperator.Add, 9),
            "-" => (PathOperator.Subtract, 9),
            "&" => (PathOperator.Concatenate, 9),
            "*" => (PathOperator.Multiply, 10),
            "/" => (PathOperator.Divide, 10),
            _ => default,
        },
        _ => default,
    };

    private PathNode Prefix()
    {
        var start = token;
        switch (start.Kind)
        {
            case PathTokenKind.String:
                Advance();
                return new PathLiteral(start.Position, PathValue.Of(start.Text));
            case PathTokenKind.Number:
                Advance();
                return Number(start);
            case PathTokenKind.Date:
                Advance();
                return PathDate.TryParse(start.Text, out var date)
                    ? new PathLiteral(start.Position, PathValue.Of(date))
                    : throw new PathSyntaxException(start.Position, $"`@{start.Text}` is no date or time");
            case PathTokenKind.Variable:
                Advance();
                return start.Text switch
                {
                    "this" => new PathThis(start.Position),
                    "index" => new PathIndex(start.Position),
                    _ => throw new PathSyntaxException(start.Position, $"unknown variable `${start.Text}`"),
                };
            case PathTokenKind.Constant:
                Advance();
                return Constant(start);
            case PathTokenKind.Identifier when start.Text is "true" or "false":
                Advance();
                return new PathLiteral(start.Position, PathValue.Of(start.Text == "true"));
            case PathTokenKind.Identifier or PathTokenKind.QuotedIdentifier:
                return Name(new PathThis(start.Position), isFirst: true);
            case PathTokenKind.Symbol:
                return PrefixSymbol(start);
            default:
                throw Unexpected("a value or a path");
        }
    }

    private PathNode PrefixSymbol(PathToken start)
    {
        switch (start.Text)
        {
            case "(":
                Advance();
                var inner = Expression(0);
                Expect(")");
                return inner;
            case "{":
                Advance();
                Expect("}");
                return new PathLiteral(start.Position, null);
            case "-":
                Advance();
                return new PathNegation(start.Position, Expression(SignPower));
            case "+":
                Advance();
                return Expression(SignPower);
            default:
                throw Unexpected("a value or a path");
        }
    }

    private PathNode Postfix(PathNode node)
    {
        while (true)
        {
            var position = token.Position;
            if (token.IsSymbol("."))
            {
                Advance();
                node = Name(node, isFirst: false);
            }
            else if (token.IsSymbol("["))
            {
                Advance();
                node = new PathIndexer(position, node, Expression(0));
                Expect("]");
            }
            else
            {
                return node;
            }
        }
    }

    private PathNode Name(PathNode source, bool isFirst)
    {
        var name = token;
        if (name.Kind is PathTokenKind.Variable && name.Text == "this")
        {
            Advance();
            return source;
        }

        if (name.Kind is not (PathTokenKind.Identifier or PathTokenKind.QuotedIdentifier))
        {
            throw Unexpected("a name");
        }

        Advance();
        if (token.IsSymbol("("))
        {
            return Call(source, name);
        }

        return isFirst && name.Kind == PathTokenKind.Identifier && char.IsAsciiLetterUpper(name.Text[0])
            ? new PathRootType(name.Position, Type(name, name.Text))
            : new PathMember(name.Position, source, name.Text);
    }

    private PathNode Call(PathNode source, PathToken name)
    {
        Advance();
        if (name.Text is "is" or "as" or "ofType")
        {
            var type = TypeName();
            Expect(")");
            return name.Text == "is" ? new PathTypeTest(name.Position, source, type) : new PathOfType(name.Position, source, type);
        }

        var arguments = Arguments();
        if (name.Text == "where" && arguments.Length == 1)
        {
            return new PathWhere(name.Position, source, arguments[0]);
        }

        if (!PathFunction.TryFind(name.Text, out var function))
        {
            throw new PathSyntaxException(name.Position, $"unknown function `{name.Text}`");
        }

        return arguments.Length >= function.MinArguments && arguments.Length <= function.MaxArguments
            ? new PathCall(name.Position, source, function, arguments)
            : throw new PathSyntaxException(name.Position, $"`{name.Text}` takes {function.Arity}, not {arguments.Length}");
    }

    private PathNode[] Arguments()
    {
        if (token.IsSymbol(")"))
        {
            Advance();
            return [];
        }

        var arguments = new List<PathNode> { Expression(0) };
        while (token.IsSymbol(","))
        {
            Advance();
            arguments.Add(Expression(0));
        }

        Expect(")");
        return [.. arguments];
    }

    /// <summary>A type with or without its namespace: <c>Quantity</c>, <c>FHIR.Quantity</c>, <c>System.String</c>.</summary>
    private PathType TypeName()
    {
        var name = token;
        if (name.Kind is not (PathTokenKind.Identifier or PathTokenKind.QuotedIdentifier))
        {
            throw Unexpected("a type");
        }

        Advance();
        if (name.Text is not ("FHIR" or "System") || !token.IsSymbol("."))
        {
            return Type(name, name.Text);
        }

        Advance();
        var inner = token;
        Advance();
        return name.Text == "FHIR" ? Type(inner, inner.Text)
            : inner.Text is "Boolean" or "Integer" or "Decimal" or "String" or "Date" or "DateTime" or "Time"
                ? new PathType(inner.Text, default, IsSystem: true)
                : throw new PathSyntaxException(inner.Position, $"unknown type `System.{inner.Text}`");
    }

    private static PathType Type(PathToken at, string name)
    {
        var type = new PathType(name, Definitions.FindType(name), IsSystem: false);
        return type.Id.Value != 0 ? type : throw new PathSyntaxException(at.Position, $"unknown type `{name}`");
    }

    private static PathLiteral Number(PathToken number) =>
        long.TryParse(number.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) ? new(number.Position, PathValue.Of(whole))
        : SearchNumber.TryParse(number.Text, out var value) ? new(number.Position, PathValue.Of(value))
        : throw new PathSyntaxException(number.Position, $"`{number.Text}` is too large a number");

    private static PathNode Constant(PathToken constant) => constant.Text switch
    {
        "context" => new PathContextElement(constant.Position, resource: false),
        "resource" or "rootResource" => new PathContextElement(constant.Position, resource: true),
        "ucum" => new PathLiteral(constant.Position, PathValue.Of("http://unitsofmeasure.org")),
        "sct" => new PathLiteral(constant.Position, PathValue.Of("http://snomed.info/sct")),
        "loinc" => new PathLiteral(constant.Position, PathValue.Of("http://loinc.org")),
        _ => throw new PathSyntaxException(constant.Position, $"unknown constant `%{constant.Text}`"),
    };

    private void Expect(string symbol)
    {
        if (!token.IsSymbol(symbol))
        {
            throw Unexpected($"`{symbol}`");
        }

        Advance();
    }

    private void Advance() => token = lexer.Next();

    private readonly PathSyntaxException Unexpected(string wanted) => new(token.Position, $"expected {wanted}, found {token}");
}
