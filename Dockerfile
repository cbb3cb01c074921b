# Built with Maven inside, so that an image needs nothing but this folder: docker build -t exactly-once-gateway .

FROM eclipse-temurin:25-jdk AS build
WORKDIR /build
COPY .mvn .mvn
COPY mvnw pom.xml ./
COPY src src
# The tests have run before: ./mvnw verify
RUN ./mvnw --batch-mode --no-transfer-progress -DskipTests package
# Layers: the libraries first, which seldom change, then the gateway itself.
RUN java -Djarmode=tools -jar target/exactly-once-gateway-*.jar extract --layers --destination extracted \
 && mv extracted/application/exactly-once-gateway-*.jar extracted/application/gateway.jar

FROM eclipse-temurin:25-jre AS runtime
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin gateway \
 && install --directory --owner=gateway --group=gateway /data
WORKDIR /app
COPY --from=build /build/extracted/dependencies/ ./
COPY --from=build /build/extracted/spring-boot-loader/ ./
COPY --from=build /build/extracted/snapshot-dependencies/ ./
COPY --from=build /build/extracted/application/ ./
USER 10001

# Starts the gateway once, up to where it would open its port, and writes down what the JVM has loaded by then. Here, as
# the cache is good for this JVM and these files alone; in a stage of its own, so that nothing else of it is left.
# Heap and collector are given, so that it does not matter where it is built: what a heap over 32 GB makes fits no smaller
# one. The cache of the parallel collector fits the serial one and G1, too, without the warnings that G1 gets from its own.
FROM runtime AS training
RUN java -Xmx512m -XX:+UseParallelGC -XX:AOTCacheOutput=/tmp/gateway.aot -Dspring.context.exit=onRefresh -jar gateway.jar --gateway.data-dir=/tmp/training

FROM runtime
COPY --from=training /tmp/gateway.aot ./
# The embedded database. With SPRING_DATASOURCE_URL set, nothing is written here.
ENV GATEWAY_DATA_DIR=/data
# Requests come from outside the container, where the default mode serves nobody. The first administrator's key is yours to
# give, GATEWAY_SECURITY_ADMIN_KEY, 32 characters at least; without it the gateway does not start.
ENV GATEWAY_SECURITY_MODE=token
VOLUME /data
EXPOSE 8080
# bash asks, since the image need not have curl; it speaks no TLS, so with TLS set MANAGEMENT_SERVER_PORT, and
# MANAGEMENT_SERVER_SSL_ENABLED=false.
HEALTHCHECK --start-period=60s --interval=10s --timeout=5s --retries=3 CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${MANAGEMENT_SERVER_PORT:-${SERVER_PORT:-8080}} && printf 'GET /actuator/health/readiness HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
# With a cache that does not fit, as under ZGC, the gateway starts all the same, only slower.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=60", "-XX:+ExitOnOutOfMemoryError", "-XX:AOTCache=gateway.aot", "-jar", "gateway.jar"]
