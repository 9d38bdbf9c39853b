using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Rapport.Server;

/// <summary>
/// Maps a handler to a route as the framework's methods of the same names do, but writes what binds requests to its parameters when the first request comes. The framework compiles that for every endpoint
/// when a server starts: several hundred here, which was the most of the time until it answered, for endpoints of which one run uses a few.
/// </summary>
/// <remarks>
/// It stands in the namespace that all of the server is in, so that it is found before the framework's. What a handler tells of itself (parameters, answers, whether it reads a form) is there at the start. Filters belong to
/// groups: one that is added to a single route would run before those of its groups, and is refused.
/// </remarks>
internal static class Routes
{
    private static readonly FrozenSet<string> WithoutBody =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, HttpMethods.Get, HttpMethods.Head, HttpMethods.Delete, HttpMethods.Options, HttpMethods.Trace, HttpMethods.Connect);

    internal static RouteHandlerBuilder MapGet(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string pattern, Delegate handler) => routes.MapMethods(pattern, [HttpMethods.Get], handler);

    internal static RouteHandlerBuilder MapPost(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string pattern, Delegate handler) => routes.MapMethods(pattern, [HttpMethods.Post], handler);

    internal static RouteHandlerBuilder MapPut(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string pattern, Delegate handler) => routes.MapMethods(pattern, [HttpMethods.Put], handler);

    internal static RouteHandlerBuilder MapDelete(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string pattern, Delegate handler) => routes.MapMethods(pattern, [HttpMethods.Delete], handler);

    internal static RouteHandlerBuilder MapMethods(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string pattern, IReadOnlyCollection<string> methods, Delegate handler)
    {
        // The first of the route's conventions: it comes after those of its groups, whose filters are there, and before the route's own.
        var route = EndpointRouteBuilderExtensions.MapMethods(routes, pattern, methods, static _ => Task.CompletedTask);
        route.Add(builder => Describe((RouteEndpointBuilder)builder, methods, handler));
        route.Finally(static builder =>
        {
            if (builder.FilterFactories.Count > 0)
            {
                throw new InvalidOperationException($"{builder.DisplayName} has a filter of its own: give it a group");
            }
        });
        return new RouteHandlerBuilder([route]);
    }

    /// <summary>Puts what the handler tells of itself beside the endpoint, and has the first request bind it.</summary>
    private static void Describe(RouteEndpointBuilder builder, IReadOnlyCollection<string> methods, Delegate handler)
    {
        var filters = builder.FilterFactories.ToArray();
        builder.FilterFactories.Clear();
        var options = new RequestDelegateFactoryOptions
        {
            ServiceProvider = builder.ApplicationServices,
            RouteParameterNames = builder.RoutePattern.Parameters.Select(static parameter => parameter.Name),
            DisableInferBodyFromParameters = methods.Any(WithoutBody.Contains),
            EndpointBuilder = builder,
        };
        builder.Metadata.Add(handler.Method);
        var told = RequestDelegateFactory.InferMetadata(handler.Method, options);
        foreach (var attribute in handler.Method.GetCustomAttributes(inherit: true))
        {
            builder.Metadata.Add(attribute);
        }

        var bound = new Lazy<RequestDelegate>(() =>
        {
            foreach (var filter in filters)
            {
                builder.FilterFactories.Add(filter);
            }

            return RequestDelegateFactory.Create(handler, options, told).RequestDelegate;
        });
        builder.RequestDelegate = http => bound.Value(http);
    }
}
