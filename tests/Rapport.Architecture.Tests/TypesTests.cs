using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components;

namespace Rapport.Architecture.Tests;

/// <summary>Habits that every type keeps.</summary>
public sealed class TypesTests
{
    [Fact]
    public void ClassesAreSealedStaticOrAbstract() => House.AssertNone(
        from type in House.Types
        where type.IsClass && !type.IsSealed && !type.IsAbstract
        // A component is written as markup, which has no way to say it.
        where !typeof(IComponent).IsAssignableFrom(type)
        select type.FullName);

    [Fact]
    public void IdsAreReadOnlyValues() => House.AssertNone(
        from type in Ids
        let isReadOnly = type.IsValueType && type.IsDefined(typeof(IsReadOnlyAttribute), inherit: false)
        let isEquatable = type.IsAssignableTo(typeof(IEquatable<>).MakeGenericType(type))
        where !isReadOnly || !isEquatable
        select $"{type.FullName}: read-only struct {isReadOnly}, equatable {isEquatable}");

    [Fact]
    public void TheRulesSeeTypes()
    {
        Assert.NotEmpty(Ids);
        Assert.NotEmpty(House.Types);
    }

    private static IEnumerable<Type> Ids => House.Types.Where(type =>
        type is { IsPublic: true, IsEnum: false } && type.Name.EndsWith("Id", StringComparison.Ordinal));
}
